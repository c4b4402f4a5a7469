"""Channels: each kind is an adapter that verifies and decodes what a platform delivers; `registry` lists them all."""
