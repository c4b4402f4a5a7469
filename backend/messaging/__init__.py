"""Outgoing messages through the outbox, and notices to users."""
