"""Conformance: what the interpreter does, case by case. See README.md; `python -m tests.conformance [FILE...]` runs cases."""
