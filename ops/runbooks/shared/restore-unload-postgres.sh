#!/bin/sh
# Drops what was restored beside the database.
# include: postgres-login.sh
# include: postgres-server.sh
find_server
drop_database "$NEW_NAME" || fail drop-failed
