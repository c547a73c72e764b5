#!/bin/sh
# What a deploy will need beyond its own checks: backups, migrations and the health question, and whether steps
# outlive a connection. Changes nothing but making the backup folder.
# include: http-status.sh
if ! mkdir -p "$BACKUPS" || [ ! -w "$BACKUPS" ]; then refuse backups-unwritable; fi
[ -z "$ENCRYPT_TO" ] || command -v age >/dev/null || refuse age-missing
case ${DATABASE_ENGINE:-} in
postgres)
    # include: postgres-login.sh
    command -v pg_dump >/dev/null || refuse pg-dump-missing
    command -v psql >/dev/null || refuse psql-missing
    ;;
mysql)
    # include: mysql-login.sh
    mysql_program mysqldump mariadb-dump >/dev/null || refuse mysqldump-missing
    ;;
esac
[ -z "${DATABASE_ENGINE:-}" ] || ask_database 'SELECT 1' >/dev/null || refuse database-unreachable
for url in $URLS; do http_status "$url" 3 >/dev/null; done
for file in $CONFIG_FILES; do [ -r "$file" ] || [ -r "$PROJECT_PATH/$file" ] || warn config-missing; done
# include: look-session.sh
look_session
