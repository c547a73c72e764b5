#!/bin/sh
# Drops what was restored beside the database.
# include: mysql-login.sh
# include: mysql-server.sh
drop_database "$NEW_NAME" || fail drop-failed
