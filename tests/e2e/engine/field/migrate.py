"""Applies what migrations.sql says; its words come as they were given."""

import subprocess
import sys

print("migrating:", sys.argv[1:], flush=True)
command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", "db", "-U", "field", "-f", "migrations.sql"]
sys.exit(subprocess.run(command, check=False).returncode)
