# shellcheck shell=sh
# restart_units: php-fpm, nginx and whatever else the project names, in that order. Queue workers end after the job
# they are at, and whoever started them starts them again.
restart_units() {
    note_logs
    for unit in $SERVICES; do
        # After a crash loop systemd refuses to start a unit until its counter is reset.
        as_root systemctl reset-failed "$unit" >/dev/null 2>&1
        as_root systemctl "$UNIT_VERBS" "$unit" || { fact unit "$unit"; return 1; }
        echo "$UNIT_VERBS $unit"
    done
}
