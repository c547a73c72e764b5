"""Commands: one file per conversation."""
