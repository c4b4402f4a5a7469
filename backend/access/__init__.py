"""Who may do what: the caller, and the one compiler of grants into SQL."""
