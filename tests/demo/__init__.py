"""Tests of the demo floor."""
