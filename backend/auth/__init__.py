"""Signing in: passwords, sessions, CSRF, throttling, API keys, and the encryption of stored secrets."""
