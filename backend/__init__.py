"""Weft's server: the FastAPI application, the worker and the command line."""
