#!/bin/sh
# How many rows each table of the live database has now. Changes nothing.
# include: postgres-login.sh
# include: postgres-server.sh
found=$(counted "$DATABASE") || fail database-unreachable
printf '%s\n' "$found" | sed -n 's/^row //p'
