#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Restores a dump beside the database, which nobody notices, and proves that everything is there. It may be run again.
# include: mysql-login.sh
# include: mysql-server.sh
# include: restore-file.sh
# include: mysql-counts.sh
if ! { drop_database "$NEW_NAME" && make_like "$NEW_NAME"; }; then fail restore-load-failed; fi
load() { # its events would begin to work here
    LC_ALL=C sed '/^-- Dumping events for database /,/^-- Dumping routines for database /d' |
        as_mysql "$mysql_client" --default-character-set=utf8mb4 --max-allowed-packet=1G "$NEW_NAME"
}
load_backup load || fail restore-load-failed
found=$(mysql_counts "$NEW_NAME") || fail restore-load-failed
printf '%s\n' "$found" | compare_with_backup || fail restore-differs
echo "$NEW_NAME: all rows are there"
