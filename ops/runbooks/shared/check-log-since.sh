#!/bin/sh
# What was written to a log since $LOG_FROM, where the last look has ended; the bot judges whether it is an error. The first look
# finds nothing. fact log_at: where this one ends.
# include: compose.sh
most=1048576
errors() { grep -aE "$LOG_PATTERN" | tail -n 8; }
if [ -n "${LOG_CONTAINER:-}" ]; then
    fact log_at "$(date +%s)"
    [ -n "$LOG_FROM" ] || exit 0
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    found=$(for id in $(existing "$LOG_CONTAINER"); do docker logs --since "$LOG_FROM" --tail 5000 "$id" 2>&1; done | errors)
elif [ -n "$LOG_FILE" ]; then
    # include: look-log.sh
    log_there || { fact log_at 0:0; exit 0; }
    inode=$(stat -c %i "$LOG_FILE") size=$(($(wc -c <"$LOG_FILE")))
    fact log_at "$inode:$size"
    [ -n "$LOG_FROM" ] || exit 0
    from=${LOG_FROM#*:}
    [ "${LOG_FROM%%:*}" = "$inode" ] && [ "$size" -ge "$from" ] || from=0 # another file by now: rotated
    [ $((size - from)) -le "$most" ] || from=$((size - most))
    found=$(tail -c "+$((from + 1))" "$LOG_FILE" | head -c $((size - from)) | errors)
else
    command -v journalctl >/dev/null || refuse journal-missing
    if [ -n "$LOG_FROM" ]; then
        said=$(journalctl -q -u "$LOG_UNIT" --after-cursor "$LOG_FROM" --show-cursor --no-pager -o cat 2>/dev/null | tail -c "$most")
    else
        said=$(journalctl -q -u "$LOG_UNIT" -n 1 --show-cursor --no-pager -o cat 2>/dev/null | tail -n 1)
    fi
    cursor=$(printf '%s\n' "$said" | sed -n 's/^-- cursor: //p' | tail -n 1)
    fact log_at "${cursor:-$LOG_FROM}"
    [ -n "$LOG_FROM" ] || exit 0
    found=$(printf '%s\n' "$said" | grep -v '^-- cursor: ' | errors)
fi
[ -n "$found" ] || exit 0
printf '%s\n' "$found"
fail log-errors
