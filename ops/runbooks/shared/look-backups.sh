# shellcheck shell=sh
# The newest backup of the database, and how old it is.
if [ -n "${DATABASE:-}" ]; then
    newest=$(find "$BACKUPS" -name "${DATABASE}_[0-9]*.gz*" ! -name '*.sha256' ! -name '.*' -printf '%T@ %f\n' 2>/dev/null | sort -n | tail -n 1)
    if [ -n "$newest" ]; then
        backup_at=${newest%%.*}
        fact last_backup "${newest#* }"
        fact last_backup_age "$(($(date +%s) - backup_at))"
    fi
fi
