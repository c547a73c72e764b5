#!/bin/sh
# shellcheck disable=SC2034,SC2154  # what is included reads and sets these
# What a log has got since $AT, a place that the answer before has named; without one, its last $LINES lines. Changes
# nothing. However much it is, no more than $LINES lines come, with the number of all that were new: what nobody could
# read stays here.
# include: log-filters.sh
# include: log-level.sh
check_filters
LOG_PREFIX=''
most_bytes=120000
narrow=${LEVEL:-}${FILTERS:-}
fact utc_offset "$(date +%z)"
show() { # show FILE: its lines as they were asked for
    kept=$(of_level <"$1" | filtered "${FILTERS:-}" | tail -n "$LINES" | cut -b 1-40000 | tr -d '\000' | tail -c "$((most_bytes + 1))")
    [ "$(printf '%s' "$kept" | wc -c)" -lt "$most_bytes" ] || kept=${kept#*"
"}
    if [ -n "$narrow" ]; then count=$(of_level <"$1" | filtered "${FILTERS:-}" | wc -l); else count=$(wc -l <"$1"); fi
    fact new_lines "$((count))"
    [ -z "$kept" ] || printf '%s\n' "$kept"
}
room=$(mktemp) || refuse no-room
trap 'rm -f "$room" "$room.all" "$room.whole"' EXIT
if [ -n "${LOG_CONTAINER:-}" ]; then
    # include: compose.sh
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    LOG_PREFIX='^[^ ]+ '
    for id in $(existing "$LOG_CONTAINER"); do
        # The time that is named is told once more, and left out.
        if [ -n "$AT" ]; then docker logs --timestamps --since "$AT" "$id" 2>&1; else
            docker logs --timestamps --tail "$LINES" "$id" 2>&1
        fi
    done | LC_ALL=C sort -s -k 1,1 | AT=$AT LC_ALL=C awk '$1 > ENVIRON["AT"]' >"$room"
    last=$(tail -n 1 "$room")
    fact at "$(printf '%s' "${last:-$AT}" | cut -d ' ' -f 1)"
    show "$room"
elif [ -n "$LOG_FILE" ]; then
    # include: look-log.sh
    # include: log-files.sh
    log_there || { fact at "0 0" && fact new_lines 0 && exit 0; }
    inode=$(stat -c %i "$LOG_FILE") size=$(($(wc -c <"$LOG_FILE")))
    was=${AT% *} from=${AT#* }
    gain() { tail -c "+$((from + 1))" "$LOG_FILE" | head -c "$((size - from))"; }
    if [ -z "$AT" ]; then
        from=$((size > 1048576 ? size - 1048576 : 0))
    elif [ "$was" != "$inode" ] && [ "$was" != 0 ]; then
        # Rotated: what came last stands in the file that was moved away.
        older_files | while IFS= read -r old; do
            [ "$(stat -c %i "$old")" = "$was" ] || continue
            tail -c "+$((from + 1))" "$old" | tail -c 4194304
            break
        done >"$room"
        from=0
    fi
    [ "$from" -le "$size" ] || from=0 # emptied and written anew
    skipped=0
    if [ $((size - from)) -gt 4194304 ]; then
        # Counting is quick, and only the end can be read by anybody anyway.
        [ -z "$AT" ] || skipped=$(gain | head -c 268435456 | head -c -4194304 | wc -l)
        from=$((size - 4194304))
        gain | tail -n +2 >>"$room"
    else
        gain >>"$room"
    fi
    # The last line may be half written: it is left for the next time.
    if [ -n "$AT" ] && [ -n "$(tail -c 1 "$room")" ]; then
        half=$(($(tail -n 1 "$room" | wc -c)))
        if [ "$half" -lt 65536 ]; then
            size=$((size - half))
            head -c "-$half" "$room" >"$room.whole" && mv "$room.whole" "$room"
        fi
    fi
    fact at "$inode $size"
    [ "$skipped" = 0 ] || fact skipped_lines "$((skipped))"
    show "$room"
else
    command -v journalctl >/dev/null || refuse journal-missing
    LOG_PREFIX='^[^ ]+ [^ ]+ [^ ]+: '
    set -- -q --no-pager -o short-iso --show-cursor -u "$LOG_UNIT"
    if [ -n "$AT" ]; then set -- "$@" --after-cursor "$AT"; else set -- "$@" -n "$LINES"; fi
    journalctl "$@" 2>/dev/null | tail -c 16777216 >"$room.all"
    cursor=$(tail -n 1 "$room.all" | sed -n 's/^-- cursor: //p')
    grep -av '^-- cursor: ' "$room.all" >"$room"
    rm -f "$room.all"
    fact at "${cursor:-$AT}"
    show "$room"
fi
exit 0
