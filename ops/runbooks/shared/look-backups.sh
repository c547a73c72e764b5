# shellcheck shell=sh
# The newest backup of each database, and how old it is: items of "SECONDS FILE", or "- DATABASE" where there is none.
for database in ${DATABASES:-}; do
    newest=$(find "$BACKUPS" -type f \( -name "${database}_[0-9]*.sql*.*" -o -name "${database}_week_[0-9]*.sql*.*" \) \
        ! -name '*.sha256' ! -name '*.json' ! -name '.*' -printf '%T@ %f\n' 2>/dev/null | sort -n | tail -n 1)
    if [ -n "$newest" ]; then
        backup_at=${newest%%.*}
        item fresh_backups "$(($(date +%s) - backup_at)) ${newest#* }"
    else
        item fresh_backups "- $database"
    fi
done
