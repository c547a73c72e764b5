#!/bin/sh
# shellcheck disable=SC2034  # what is included reads these
# No error in the log since the service was started; start.sh noted how long the log was then. An error that holds one
# of the texts of $IGNORE, parted by the sign 0x1F, in its lines is none.
LEVEL='(^|[^A-Za-z])(ERROR|CRITICAL|FATAL)([^A-Za-z]|$)|^Traceback \(most recent call last\)' LOG_PREFIX=''
# include: compose.sh
# include: log-level.sh
# Whole errors, with the tracebacks behind them: the text may stand anywhere in them.
not_ignored() {
    LC_ALL=C awk '
        function say() { if (!quiet) printf "%s", block; block = ""; quiet = 0 }
        BEGIN { level = ENVIRON["LEVEL"]; count = split(tolower(ENVIRON["IGNORE"]), texts, "\037") }
        # A traceback right behind an error line belongs to it.
        $0 ~ level && !(/^Traceback/ && announced) { say() }
        {
            announced = $0 ~ level && !/^Traceback/
            block = block $0 "\n"; lowered = tolower($0)
            for (i = 1; i <= count; i++) if (texts[i] != "" && index(lowered, texts[i])) quiet = 1
        }
        END { say() }'
}
last_errors() { of_level | IGNORE=${IGNORE:-} LEVEL=$LEVEL not_ignored | tail -n 12 | cut -b 1-40000; }
if [ -n "${LOG_CONTAINER:-}" ]; then
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    found=$(for id in $(existing "$LOG_CONTAINER"); do docker logs --since "${STARTED_AT:-0}" "$id" 2>&1; done | last_errors)
elif [ -n "$LOG_FILE" ]; then
    note=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman/log-offsets/$PROJECT-$LOG_NAME
    offset=0
    [ ! -r "$note" ] || read -r offset <"$note"
    # include: look-log.sh
    log_there || { echo "$LOG_FILE is not there: nothing was ever written to it"; exit 0; }
    [ "$(($(wc -c <"$LOG_FILE")))" -ge "$offset" ] || offset=0 # rotated meanwhile
    found=$(tail -c "+$((offset + 1))" "$LOG_FILE" | last_errors)
else
    found=$(journalctl -q -u "$LOG_UNIT" --since "@${STARTED_AT:-0}" --no-pager -o cat | last_errors)
fi
[ -n "$found" ] || { echo "no errors in $LOG_NAME since the start"; exit 0; }
printf '%s\n' "$found"
fail log-errors
