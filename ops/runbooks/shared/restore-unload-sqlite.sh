#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Removes what was restored beside the file.
# include: sqlite-counts.sh
sqlite_place
in_place 'rm -f "${1%/*}/$2"' "$database_file" "$NEW_NAME" </dev/null || fail drop-failed
