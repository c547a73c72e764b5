# The largest tables of a PostgreSQL database; postgres-login.ps1 comes first. Where nobody can tell, all count as large.
$query = "SELECT CASE relkind WHEN 'p' THEN (SELECT coalesce(sum(pg_table_size(relid)), 0) FROM pg_partition_tree(c.oid))
    ELSE pg_table_size(c.oid) END AS bytes, nspname || '.' || relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE relkind IN ('r', 'p', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    ORDER BY bytes DESC LIMIT 200"
$sizes = Get-Lines { psql -w -X -q -A -t -F ' ' -v ON_ERROR_STOP=1 -c $query }
if ($LASTEXITCODE -eq 0) {
    Fact 'tables_listed' 'yes'
    foreach ($line in $sizes) { Item 'tables' $line }
}
