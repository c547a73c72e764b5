#!/bin/sh
# The last $LINES lines of a log, those that contain $FILTER when there is one. Changes nothing.
# Of a huge file only the end is read; what is printed is bounded whatever a line's length.
# include: compose.sh
if [ -n "${LOG_CONTAINER:-}" ]; then
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    source_lines() {
        for id in $(existing "$LOG_CONTAINER"); do docker logs --timestamps --tail 20000 "$id" 2>&1; done | sort -s -k 1,1
    }
elif [ -n "$LOG_FILE" ]; then
    # include: look-log.sh
    log_there || exit 0
    source_lines() { tail -c 67108864 "$LOG_FILE"; }
else
    command -v journalctl >/dev/null || refuse journal-missing
    source_lines() { journalctl -q -u "$LOG_UNIT" -n 20000 --no-pager -o short-iso; }
fi
if [ -n "$FILTER" ]; then
    source_lines | grep -aiF -e "$FILTER" | tail -n "$LINES" | tail -c 400000
else
    source_lines | tail -n "$LINES" | tail -c 400000
fi
exit 0
