#!/bin/sh
# Starts the services in order.
# include: sudo.sh
# check-log.sh asks only for what is written from here on.
notes=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman/log-offsets
mkdir -p "$notes"
old_ifs=$IFS IFS=,
for entry in $LOG_FILES; do
    name=${entry%%=*} file=${entry#*=}
    if [ -r "$file" ]; then echo "$(($(wc -c <"$file")))" >"$notes/$PROJECT-$name"; else echo 0 >"$notes/$PROJECT-$name"; fi
done
IFS=$old_ifs
fact started_at "$(date +%s)"
for unit in $SERVICES; do
    # After a crash loop systemd refuses to start a unit until its counter is reset.
    as_root systemctl reset-failed "$unit" >/dev/null 2>&1
    as_root systemctl start "$unit" || fail start-failed
    echo "started $unit"
done
