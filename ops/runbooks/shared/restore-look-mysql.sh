#!/bin/sh
# shellcheck disable=SC2154  # what is included sets it
# Can this be put in the place of the database? Changes nothing that stays.
# include: mysql-login.sh
# include: mysql-server.sh
# include: restore-file.sh
fact database "$DATABASE"
there "$DATABASE" || refuse database-gone
bytes=$(echo "SELECT COALESCE(SUM(data_length + index_length), 0) DIV 1 FROM information_schema.tables WHERE table_schema = '$DATABASE'" | on_server) ||
    fail database-unreachable
fact database_bytes "$bytes"
# What belongs to somebody else cannot be made anew in the other place.
foreign=$(on_server <<SQL
SELECT COUNT(*) FROM (
    SELECT definer FROM information_schema.triggers WHERE trigger_schema = '$DATABASE'
    UNION ALL SELECT definer FROM information_schema.views WHERE table_schema = '$DATABASE'
    UNION ALL SELECT definer FROM information_schema.routines WHERE routine_schema = '$DATABASE'
    UNION ALL SELECT definer FROM information_schema.events WHERE event_schema = '$DATABASE'
) AS definers WHERE definer <> CURRENT_USER();
SQL
) || fail database-unreachable
if [ "$foreign" != 0 ] && ! echo 'SHOW GRANTS' | on_server |
    grep -qE '(ALL PRIVILEGES|SUPER|SET USER|SET_USER_ID|SET_ANY_DEFINER).* ON \*\.\*'; then
    fact definers "$foreign"
    refuse definers-foreign
fi
if [ -z "$RESTORE_FILE" ]; then
    there "$NEW_NAME" || refuse aside-gone
    exit 0
fi
# The right to make databases of these names can only be tried.
for each in "$NEW_NAME" "$OLD_NAME"; do
    if ! { make_like "$each" && drop_database "$each"; }; then refuse create-missing; fi
done
look_at_file
[ "${RESTORE_SIZE:-0}" -le "$bytes" ] || bytes=$RESTORE_SIZE
case $db_host in
'' | 127.* | localhost | ::1)
    place=$(echo 'SELECT @@datadir' | on_server)
    [ -d "$place" ] && [ -z "${DATABASE_CONTAINER:-}" ] || place=/
    look_at_room "$place" "$bytes"
    ;;
*) warn data-room-unknown ;;
esac
