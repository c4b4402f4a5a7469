"""Weft's engine: pure definitions, expression language, rules and flow interpreter. No I/O outside `host`."""
