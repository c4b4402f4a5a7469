"""Approval as a brute-force oracle understands it, played beside the interpreter: `python -m tests.approval_oracle --seed S`."""
