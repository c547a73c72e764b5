#!/bin/sh
# Has the database been replaced? Asked when nobody saw how that ended; cut off behind the tables it needs a person.
# include: mysql-login.sh
# include: mysql-server.sh
exchanged "$NEW_NAME" "$OLD_NAME" || fail not-done
if there "$NEW_NAME"; then exit 1; fi
