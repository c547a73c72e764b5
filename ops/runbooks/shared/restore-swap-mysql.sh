#!/bin/sh
# Puts what was restored in the place of the database: every table by one statement; the old ones stay beside it. It may
# be run again.
# include: mysql-login.sh
# include: mysql-server.sh
# How this one came to be is history now: whoever takes this back must not read it as the way back of today.
if there "$NEW_NAME"; then
    echo "DROP TABLE IF EXISTS \`$NEW_NAME\`.lotsman_after" | on_server || fail swap-failed
fi
exchange "$NEW_NAME" "$OLD_NAME" || fail swap-failed
fact set_aside "$OLD_NAME"
