#!/bin/sh
# shellcheck disable=SC2016,SC2154  # the other shell has the arguments; what is included sets the rest
# How many bytes a SQLite database takes.
# include: sqlite-counts.sh
sqlite_place
bytes=$(in_place 'wc -c <"$1"' "$database_file" </dev/null) || { fact database_file "$database_file"; fail sqlite-file-missing; }
fact database_bytes "$((bytes))"
