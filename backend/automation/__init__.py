"""Rules at work: the pipeline over the event log, firings and their limits, actions."""
