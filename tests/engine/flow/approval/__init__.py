"""Approval in the interpreter: what must hold whatever people do."""
