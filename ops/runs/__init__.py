"""Runs: from an accepted request to one end."""
