"""How a hand-over stands, and how its lines do."""

from __future__ import annotations

#: Of a hand-over.
PREVIEW, RUNNING, FINISHED, UNDONE = "preview", "running", "done", "reversed"
#: Of a line.
PLANNED, DONE, FAILED, SKIPPED, REVERSED = "planned", "done", "failed", "skipped", "reversed"
