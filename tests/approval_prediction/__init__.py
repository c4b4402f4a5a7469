"""Whether what a prediction shows is what then happens: `python -m tests.approval_prediction --seed S`."""
