"""Calls of other systems over HTTP: which may be called, how, and what their answers mean."""
