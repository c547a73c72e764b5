"""Real servers to deploy to: Debian 12 with systemd as its first process, each in a container of its own."""
