"""Rules while their workers are killed: `python -m tests.rules_crash --events N --seed S` prints what agreed with one process that
nothing happens to, what was lost and what was doubled."""
