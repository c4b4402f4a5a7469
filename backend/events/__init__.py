"""The event log: appending, consuming in order, the outbox, notices to listeners."""
