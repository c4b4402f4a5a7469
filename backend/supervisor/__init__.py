"""`weft up`: everything on one machine, started in order, watched, restarted, and stopped cleanly."""
