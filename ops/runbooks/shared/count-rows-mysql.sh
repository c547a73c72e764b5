#!/bin/sh
# How many rows each table of the live database has now. Changes nothing.
# include: mysql-login.sh
# include: mysql-counts.sh
found=$(mysql_counts "$DATABASE") || fail database-unreachable
printf '%s\n' "$found" | sed -n 's/^row //p'
