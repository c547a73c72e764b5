# shellcheck shell=sh disable=SC2154
# mysql_counts DATABASE [MOST]: counts what a database holds, in one transaction: lines "row COUNT NAME" of every table, the
# largest first, names as JSON has them; how many constraints, indexes and so on; at the end "counted". With MOST, of a
# database of more than 50 GB only so many tables, the largest, are counted.
mysql_settings='/*!80000 SET SESSION information_schema_stats_expiry = 0 */; /*!50708 SET SESSION max_execution_time = 1800000 */;
    /*M!100100 SET SESSION max_statement_time = 1800 */;'
mysql_tables="FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')"
ask_lines() { as_mysql "$mysql_client" --connect-timeout=10 --batch --raw --skip-column-names --default-character-set=utf8mb4 "$@"; }
mysql_counts() {
    ask_lines "$1" <<SQL || return 1
$mysql_settings
SELECT CONCAT('database_bytes ', COALESCE(SUM(data_length + index_length), 0) DIV 1) $mysql_tables;
SELECT CONCAT('constraints ', COUNT(*)) FROM information_schema.table_constraints WHERE constraint_schema = DATABASE();
SELECT CONCAT('functions ', COUNT(*)) FROM information_schema.routines WHERE routine_schema = DATABASE();
SELECT CONCAT('indexes ', COUNT(DISTINCT table_name, index_name)) FROM information_schema.statistics WHERE table_schema = DATABASE();
SELECT CONCAT('sequences ', COUNT(*)) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE';
SELECT CONCAT('triggers ', COUNT(*)) FROM information_schema.triggers WHERE trigger_schema = DATABASE();
SELECT CONCAT('views ', COUNT(*)) FROM information_schema.views WHERE table_schema = DATABASE();
SQL
    mysql_huge=$(echo "SELECT COALESCE(SUM(data_length), 0) > 53687091200 $mysql_tables" | ask_lines "$1") || return 1
    mysql_limit=
    [ -z "${2:-}" ] || [ "$mysql_huge" = 0 ] || mysql_limit="LIMIT $2"
    if [ -n "$mysql_limit" ]; then echo 'rows_of largest'; else echo 'rows_of near'; fi
    {
        echo "$mysql_settings START TRANSACTION WITH CONSISTENT SNAPSHOT;"
        ask_lines "$1" <<SQL || return 1
SELECT CONCAT('SELECT CONCAT(''row '', COUNT(*), '' '', ', QUOTE(JSON_QUOTE(table_name)), ') FROM \`',
    REPLACE(table_name, '\`', '\`\`'), '\`;')
$mysql_tables ORDER BY data_length DESC, table_name $mysql_limit
SQL
        echo "SELECT 'counted';"
    } | ask_lines "$1"
}
