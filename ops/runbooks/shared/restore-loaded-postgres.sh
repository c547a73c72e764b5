#!/bin/sh
# Is everything there that was to be restored beside the database? Asked when nobody saw how that ended.
# include: postgres-login.sh
# include: postgres-server.sh
# include: restore-file.sh
find_server
there "$NEW_NAME" || fail not-done
found=$(counted "$NEW_NAME") || fail not-done
printf '%s\n' "$found" | compare_with_backup || fail not-done
