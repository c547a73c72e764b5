#!/bin/sh
# Is everything there that was to be restored beside the database? Asked when nobody saw how that ended.
# include: mysql-login.sh
# include: mysql-server.sh
# include: restore-file.sh
# include: mysql-counts.sh
there "$NEW_NAME" || fail not-done
found=$(mysql_counts "$NEW_NAME") || fail not-done
printf '%s\n' "$found" | compare_with_backup || fail not-done
