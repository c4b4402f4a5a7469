"""The pictures of docs/approvals.md, taken from the running product: `python -m tests.e2e.pictures [SCENE ...]`."""
