#!/bin/sh
# No error in the log since the service was started; start.sh noted how long the log was then.
pattern='(^|[^A-Za-z])(ERROR|CRITICAL|FATAL)([^A-Za-z]|$)|^Traceback \(most recent call last\)'
# include: compose.sh
if [ -n "${LOG_CONTAINER:-}" ]; then
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    found=$(for id in $(existing "$LOG_CONTAINER"); do docker logs --since "${STARTED_AT:-0}" "$id" 2>&1; done |
        grep -aE "$pattern" | tail -n 5 | cut -c1-500)
elif [ -n "$LOG_FILE" ]; then
    note=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman/log-offsets/$PROJECT-$LOG_NAME
    offset=0
    [ ! -r "$note" ] || read -r offset <"$note"
    # include: look-log.sh
    log_there || { echo "$LOG_FILE is not there: nothing was ever written to it"; exit 0; }
    [ "$(($(wc -c <"$LOG_FILE")))" -ge "$offset" ] || offset=0 # rotated meanwhile
    found=$(tail -c "+$((offset + 1))" "$LOG_FILE" | grep -aE "$pattern" | tail -n 5 | cut -c1-500)
else
    found=$(journalctl -q -u "$LOG_UNIT" --since "@${STARTED_AT:-0}" --no-pager -o cat | grep -aE "$pattern" | tail -n 5 | cut -c1-500)
fi
[ -n "$found" ] || { echo "no errors in $LOG_NAME since the start"; exit 0; }
printf '%s\n' "$found"
fail log-errors
