#!/bin/sh
# How many rows each table of the live database has now. Changes nothing.
# include: sqlite-counts.sh
sqlite_place
# shellcheck disable=SC2154  # sqlite_place sets it
sqlite_counts "$database_file" | sed -n 's/^row //p'
