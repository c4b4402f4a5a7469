"""Many co-signers at once on the real product: `python -m tests.approval_race --people N`."""
