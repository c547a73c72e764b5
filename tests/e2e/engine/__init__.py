"""A server with a Docker engine, for tests: an engine, an sshd and a network of their own on this machine."""
