#!/bin/sh
# Has the database been replaced? Asked when nobody saw how that ended.
# include: postgres-login.sh
# include: postgres-server.sh
find_server
there "$OLD_NAME" || fail not-done
open_database "$DATABASE" || exit 1
