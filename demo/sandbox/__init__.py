"""A server to deploy to, inside one folder: see README.md."""
