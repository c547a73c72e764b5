"""Releases: what is live where, and what could be."""
