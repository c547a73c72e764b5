# shellcheck shell=sh
# say_table_sizes: the largest tables of a PostgreSQL database; postgres-login.sh comes first. What locks a table
# of a few rows is over at once. Where nobody can tell, every table counts as a large one.
say_table_sizes() {
    as_database_user psql -w -X -q -A -t -F ' ' -v ON_ERROR_STOP=1 -d "$DATABASE" -c "
        SELECT CASE relkind WHEN 'p' THEN (SELECT coalesce(sum(pg_table_size(relid)), 0) FROM pg_partition_tree(c.oid))
                    ELSE pg_table_size(c.oid) END AS bytes, nspname || '.' || relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE relkind IN ('r', 'p', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        ORDER BY bytes DESC LIMIT 200" >"$1" || return 0
    fact tables_listed yes
    while IFS= read -r line; do item tables "$line"; done <"$1"
}
