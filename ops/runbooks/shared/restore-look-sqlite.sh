#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Can this be put in the place of the database's file? Changes nothing.
# include: sqlite-counts.sh
# include: restore-file.sh
sqlite_place
fact database "$DATABASE"
in_place '[ -f "$1" ]' "$database_file" </dev/null || refuse database-gone
in_place '[ -w "${1%/*}" ]' "$database_file" </dev/null || refuse folder-unwritable
bytes=$(in_place 'wc -c <"$1"' "$database_file" </dev/null)
fact database_bytes "$((bytes))"
if [ -z "$RESTORE_FILE" ]; then
    in_place '[ -f "${1%/*}/$2" ]' "$database_file" "$NEW_NAME" </dev/null || refuse aside-gone
    exit 0
fi
look_at_file
[ "${RESTORE_SIZE:-0}" -le "$((bytes))" ] || bytes=$RESTORE_SIZE
[ -n "${DATABASE_CONTAINER:-}" ] || look_at_room "${database_file%/*}" "$((bytes))"
