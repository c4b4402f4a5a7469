"""Live updates: one reader of the log a process, fanned out as server-sent events to those who may know."""
