"""Backups: what they are called, what they hold, and what is known about each."""
