#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Has the file been replaced? Asked when nobody saw how that ended.
# include: sqlite-counts.sh
sqlite_place
in_place '[ -e "${1%/*}/$2" ] && [ ! "$1" -ef "${1%/*}/$2" ]' "$database_file" "$OLD_NAME" </dev/null || fail not-done
