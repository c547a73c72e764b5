# shellcheck shell=sh
# postgres_counts [MOST [HUGE]]: the psql script that counts what a database holds, inside of a transaction: "row COUNT NAME"
# of every table, the largest first, names as JSON has them; how many constraints, indexes and so on; at the end "counted".
# With MOST, of a database of more than HUGE bytes only so many tables, the largest, are counted.
# What belongs to an extension is left out: it comes with the extension, not with the data.
# A count that would begin more than half an hour after the transaction did is left out.
postgres_counts() {
    echo "SET LOCAL row_security = off; SET LOCAL statement_timeout = '30min'; SET LOCAL search_path = pg_catalog;"
    echo "SET LOCAL lotsman.most = '${1:-}'; SET LOCAL lotsman.huge = '${2:-53687091200}';"
    cat <<'SQL'
SELECT 'database_bytes ' || pg_database_size(current_database());
SELECT 'rows_of ' || CASE WHEN current_setting('lotsman.most') <> ''
    AND pg_database_size(current_database()) > current_setting('lotsman.huge')::bigint THEN 'largest' ELSE 'snapshot' END;
WITH mine AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
    theirs AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
    things (kind, class, id, namespace) AS (
        SELECT CASE relkind WHEN 'i' THEN 'indexes' WHEN 'I' THEN 'indexes' WHEN 'S' THEN 'sequences'
                WHEN 'v' THEN 'views' WHEN 'm' THEN 'views' END,
            'pg_class'::regclass, coalesce(indrelid, c.oid), relnamespace
        FROM pg_class c LEFT JOIN pg_index ON indexrelid = c.oid WHERE relkind IN ('i', 'I', 'S', 'v', 'm')
        UNION ALL
        SELECT 'constraints', 'pg_class'::regclass, conrelid, connamespace FROM pg_constraint
        WHERE contype IN ('c', 'f', 'p', 'u', 'x')
        UNION ALL
        SELECT 'functions', 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
        UNION ALL
        SELECT 'triggers', 'pg_class'::regclass, tgrelid, relnamespace
        FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal
    )
SELECT kinds.kind || ' ' || count(things.id)
FROM unnest(ARRAY['constraints', 'functions', 'indexes', 'sequences', 'triggers', 'views']) AS kinds (kind)
LEFT JOIN things ON things.kind = kinds.kind AND namespace IN (SELECT oid FROM mine)
    AND (class, id) NOT IN (SELECT classid, objid FROM theirs)
GROUP BY kinds.kind ORDER BY kinds.kind;
SELECT format(
    'SELECT ''row '' || (CASE WHEN clock_timestamp() < transaction_timestamp() + interval ''30 min'''
    ' THEN (SELECT count(*) FROM ONLY %I.%I) END) || %L', nspname, relname,
    ' ' || to_json(format('%I.%I', nspname, relname)))
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'
    )
ORDER BY pg_table_size(c.oid) DESC, nspname, relname
LIMIT CASE WHEN current_setting('lotsman.most') <> ''
    AND pg_database_size(current_database()) > current_setting('lotsman.huge')::bigint
    THEN current_setting('lotsman.most')::int END
\gexec
SELECT 'counted';
SQL
}
