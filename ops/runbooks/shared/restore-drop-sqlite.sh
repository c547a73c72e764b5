#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# Removes what a restore has put aside a day ago.
# include: sqlite-counts.sh
case $OLD_NAME in *__old_*) ;; *) refuse drop-failed ;; esac
sqlite_place
in_place '[ -e "${1%/*}/$2" ]' "$database_file" "$OLD_NAME" </dev/null || skip aside-gone
in_place 'rm -f "${1%/*}/$2"' "$database_file" "$OLD_NAME" </dev/null || fail drop-failed
