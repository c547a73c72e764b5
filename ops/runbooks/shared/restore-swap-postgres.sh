#!/bin/sh
# Puts what was restored in the place of the database, in one transaction; the old one stays beside it, closed. It may
# be run again.
# include: postgres-login.sh
# include: postgres-server.sh
find_server
if there "$OLD_NAME"; then
    open_database "$DATABASE" || fail swap-failed
    echo "$DATABASE has been replaced already"
else
    there "$NEW_NAME" || fail swap-failed
    close_database "$DATABASE" || fail sessions-remain
    on_server <<'SQL' || fail swap-failed
BEGIN;
ALTER DATABASE :"live" RENAME TO :"old";
ALTER DATABASE :"new" RENAME TO :"live";
ALTER DATABASE :"live" WITH ALLOW_CONNECTIONS true;
COMMIT;
SQL
    echo "$DATABASE is $OLD_NAME, $NEW_NAME is $DATABASE"
fi
fact set_aside "$OLD_NAME"
