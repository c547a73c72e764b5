# shellcheck shell=sh
# Where a SQLite database is: $database_file, in the project's folder unless it says a whole path; in the Compose service
# $DATABASE_CONTAINER where there is one. in_place TEXT ARGUMENTS: runs a piece of sh there.
# include: compose.sh
sqlite_place() {
    cd "$PROJECT_PATH" || refuse path-missing
    database_file=$DATABASE_PATH
    if [ -n "${DATABASE_CONTAINER:-}" ]; then
        find_compose
        database_container=$(one_running "$DATABASE_CONTAINER") || { fact container "$DATABASE_CONTAINER"; refuse container-missing; }
        in_place() {
            place_text=$1
            shift
            docker exec -i "$database_container" sh -c "$place_text" sh "$@"
        }
    else
        case $database_file in /*) ;; *) database_file=$PROJECT_PATH/$database_file ;; esac
        in_place() {
            place_text=$1
            shift
            sh -c "$place_text" sh "$@"
        }
    fi
    in_place 'command -v sqlite3' </dev/null >/dev/null || refuse sqlite-missing
}
# ask_sqlite FILE: what it is asked is on the standard input.
# shellcheck disable=SC2016  # the other shell has the arguments
ask_sqlite() { in_place 'exec sqlite3 -readonly -bail -batch "$1"' "$1"; }
sqlite_table_counts() {
    cat <<'SQL'
SELECT 'SELECT ''row '' || count(*) || '' '' || ' || quote(json_quote(name)) || ' FROM "' || replace(name, '"', '""') || '";'
FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name;
SQL
}
# sqlite_counts FILE: "row COUNT NAME" of every table, names as JSON has them, and how many of the rest there are.
sqlite_counts() {
    ask_sqlite "$1" <<'SQL' || return 1
SELECT 'rows_of snapshot';
SELECT 'indexes ' || count(*) FROM sqlite_master WHERE type = 'index';
SELECT 'triggers ' || count(*) FROM sqlite_master WHERE type = 'trigger';
SELECT 'views ' || count(*) FROM sqlite_master WHERE type = 'view';
SQL
    sqlite_tables=$(sqlite_table_counts | ask_sqlite "$1") || return 1
    printf '%s\n' "$sqlite_tables" | ask_sqlite "$1"
}
