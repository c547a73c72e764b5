#!/bin/sh
# Puts what was restored in the place of the database: every table by one statement; the old ones stay beside it. It may
# be run again.
# include: mysql-login.sh
# include: mysql-server.sh
exchange "$NEW_NAME" "$OLD_NAME" || fail swap-failed
fact set_aside "$OLD_NAME"
