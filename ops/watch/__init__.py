"""Watch: looking at what runs."""
