"""formbot: keeps form submissions in PostgreSQL."""

__version__ = "1.3.0.dev0"
