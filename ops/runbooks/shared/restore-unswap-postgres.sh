#!/bin/sh
# Puts the database back that was there before.
# include: postgres-login.sh
# include: postgres-server.sh
find_server
if there "$OLD_NAME"; then
    close_database "$DATABASE" || fail sessions-remain
    on_server <<'SQL' || fail swap-failed
BEGIN;
ALTER DATABASE :"live" RENAME TO :"new";
ALTER DATABASE :"old" RENAME TO :"live";
ALTER DATABASE :"live" WITH ALLOW_CONNECTIONS true;
COMMIT;
SQL
    echo "$OLD_NAME is $DATABASE again"
else
    open_database "$DATABASE" || fail swap-failed
    echo "$DATABASE is where it was"
fi
