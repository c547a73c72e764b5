#!/bin/sh
# What a deploy will need beyond its own checks: backups, the health question, and whether steps outlive a
# connection. Changes nothing but making the backup folder.
# include: http-status.sh
# include: compose.sh
if ! mkdir -p "$BACKUPS" || [ ! -w "$BACKUPS" ]; then refuse backups-unwritable; fi
[ -z "$ENCRYPT_TO" ] || command -v age >/dev/null || refuse age-missing
cd "$PROJECT_PATH" || refuse path-missing
find_compose
if [ -n "${DATABASE:-}" ]; then
    # include: postgres-login.sh
    as_database_user psql -w -X -A -t -d "$DATABASE" -c 'SELECT 1' >/dev/null || refuse database-unreachable
fi
for url in $URLS; do http_status "$url" 3 >/dev/null; done
for file in $CONFIG_FILES; do [ -r "$file" ] || warn config-missing; done
# include: look-session.sh
look_session
