#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Puts the file back that was there before.
# include: sqlite-counts.sh
# include: sqlite-swap.sh
sqlite_place
in_place '[ -e "${1%/*}/$2" ]' "$database_file" "$OLD_NAME" </dev/null || exit 0
if in_place '[ "$1" -ef "${1%/*}/$2" ]' "$database_file" "$OLD_NAME" </dev/null; then
    in_place 'rm -f "${1%/*}/$2"' "$database_file" "$OLD_NAME" </dev/null # it was cut off before anything was replaced
    exit 0
fi
emptied_log || fail sessions-remain
put_in_place "$OLD_NAME" "$NEW_NAME" || fail swap-failed
