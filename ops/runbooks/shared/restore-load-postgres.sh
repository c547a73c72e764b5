#!/bin/sh
# Restores a dump beside the database, which nobody notices, and proves that everything is there. It may be run again.
# include: postgres-login.sh
# include: postgres-server.sh
# include: restore-file.sh
umask 077
find_server
drop_database "$NEW_NAME" || fail restore-load-failed
# What the live one is besides its tables: encoding, locale, owner; settings and grants, which no plain dump has.
about=$(as_database_user pg_dump -w -C -s -N '*' -d "$DATABASE") || fail database-unreachable
of_the_new() {
    printf '%s\n' "$about" | PATTERN=$1 awk '
        BEGIN { live = ENVIRON["DATABASE"]; new = "\"" ENVIRON["NEW_NAME"] "\"" }
        $0 !~ ENVIRON["PATTERN"] { next }
        {
            at = index($0, " DATABASE ")
            rest = substr($0, at + 10)
            if (index(rest, "\"" live "\" ") == 1) rest = substr(rest, length(live) + 3)
            else if (index(rest, live " ") == 1) rest = substr(rest, length(live) + 1)
            else next
            print substr($0, 1, at + 9) new rest
        }'
}
of_the_new '^CREATE DATABASE |^ALTER DATABASE .* OWNER TO ' | on_server || fail restore-load-failed
there "$NEW_NAME" || fail restore-load-failed
load() { as_database_user psql -w -X -q -v ON_ERROR_STOP=1 -1 -d "$NEW_NAME" -f - >/dev/null; }
load_backup load || fail restore-load-failed
found=$(counted "$NEW_NAME") || fail restore-load-failed
printf '%s\n' "$found" | compare_with_backup || fail restore-differs
as_database_user psql -w -X -q -d "$NEW_NAME" -c ANALYZE >/dev/null 2>&1 # without it the first questions are slow
lost=$(of_the_new '^ALTER DATABASE .* SET |^ALTER ROLE .* IN DATABASE .* SET |^(GRANT|REVOKE) .* ON DATABASE ' |
    on_server -v ON_ERROR_STOP=0 2>&1 | grep -c 'ERROR:')
[ "${lost:-0}" = 0 ] || warn database-settings-lost
echo "$NEW_NAME: all rows are there"
