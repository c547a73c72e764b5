#!/bin/sh
# Backs up one PostgreSQL database.
# include: postgres-login.sh
[ -n "${DATABASE_CONTAINER:-}" ] || command -v pg_dump >/dev/null || refuse pg-dump-missing
dump() { as_database_user pg_dump -w --lock-wait-timeout=60s -d "$DATABASE"; }
database_bytes() { ask_database 'SELECT pg_database_size(current_database())'; }
# Not the very last line: since 2025 dumps end with an \unrestrict after it.
dump_ended() { grep -q 'PostgreSQL database dump complete'; }
# include: dump-to-file.sh
