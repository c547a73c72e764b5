#!/bin/sh
# shellcheck disable=SC2034,SC2154  # what is included reads and sets these
# The last $LINES lines of a log, of those that $SINCE and $UNTIL (seconds since 1970), $START (how many starts back),
# $LEVEL and $FILTERS let through. Changes nothing. Of a huge log only the end is read, or what lies between the
# times; what is printed is bounded whatever a line's length.
most_lines=200000
# include: log-filters.sh
# include: log-level.sh
check_filters
narrow=${SINCE:-}${UNTIL:-}${LEVEL:-}${FILTERS:-}
LOG_PREFIX=''
fact utc_offset "$(date +%z)"
if [ -n "${LOG_CONTAINER:-}" ]; then
    # include: compose.sh
    cd "$PROJECT_PATH" || refuse path-missing
    find_compose
    LOG_PREFIX='^[^ ]+ '
    [ -n "$narrow" ] || most_lines=$LINES
    source_lines() {
        for id in $(existing "$LOG_CONTAINER"); do
            set -- --timestamps --tail "$most_lines"
            [ -z "${SINCE:-}" ] || set -- "$@" --since "$SINCE"
            [ -z "${UNTIL:-}" ] || set -- "$@" --until "$UNTIL"
            [ -z "${START:-}" ] || set -- "$@" --since "$(docker inspect -f '{{.State.StartedAt}}' "$id")"
            docker logs "$@" "$id" 2>&1
        done | sort -s -k 1,1
    }
    case ${START:-} in '' | 0) ;; *) refuse start-file ;; esac
elif [ -n "$LOG_FILE" ]; then
    # include: look-log.sh
    # include: log-files.sh
    if [ -e "$LOG_FILE" ] || [ -z "$(older_files)" ]; then log_there || exit 0; fi
    case ${START:-} in
    '') ;;
    0) # since Lotsman last started the services
        note=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman/log-offsets/$PROJECT-$LOG_NAME
        [ -r "$note" ] || refuse start-file
        SINCE=$(stat -c %Y "$note")
        ;;
    *) refuse start-file ;;
    esac
    if [ -n "${SINCE:-}${UNTIL:-}" ]; then window=536870912; elif [ -n "$narrow" ]; then window=134217728; else
        window=$((LINES * 4096 + 262144))
    fi
    choose_files $window
    if [ -n "${SINCE:-}${UNTIL:-}" ]; then
        [ -z "$chosen" ] || dated_files || refuse log-undated
        source_lines() { file_lines | in_time; }
    else
        source_lines() { file_lines; }
    fi
    fact searched_bytes "$searched"
    fact searched_files "$files"
    [ -z "$cut" ] || [ -z "$narrow${START:-}" ] || fact search_cut yes
else
    command -v journalctl >/dev/null || refuse journal-missing
    LOG_PREFIX='^[^ ]+ [^ ]+ [^ ]+: '
    set -- -q --no-pager -o short-iso
    if [ -n "${START:-}" ]; then
        # What systemd itself says when it starts a unit names the start.
        id=$(systemctl show -p Id --value "$LOG_UNIT" 2>/dev/null)
        invocation=$(journalctl -q --no-pager -r -n 2000 -o json --output-fields=INVOCATION_ID _PID=1 "UNIT=${id:-$LOG_UNIT}" |
            sed -n 's/.*"INVOCATION_ID" *: *"\([0-9a-f]*\)".*/\1/p' | awk '!seen[$0]++' | sed -n "$((START + 1))p")
        [ -n "$invocation" ] || refuse start-unknown
        set -- "$@" "_SYSTEMD_INVOCATION_ID=$invocation" + "INVOCATION_ID=$invocation"
    else
        set -- "$@" -u "$LOG_UNIT"
    fi
    [ -z "${SINCE:-}" ] || set -- "$@" --since "@$SINCE"
    [ -z "${UNTIL:-}" ] || set -- "$@" --until "@$UNTIL"
    [ -n "$narrow${START:-}" ] || most_lines=$LINES
    journal_lines() { journalctl "$@" -n "$most_lines"; }
    source_lines() { journal_lines "$@"; }
fi
# Facts before, lines bounded: nothing that somebody logged may push out what is said about it.
text=$(source_lines "$@" | of_level | filtered "${FILTERS:-}" | tail -n "$LINES" | cut -b 1-40000 | tr -d '\000' | tail -c 900001)
if [ "$(printf '%s' "$text" | wc -c)" -ge 900000 ]; then
    fact lines_cut yes
    text=${text#*"
"} # half a line, and perhaps half a secret
fi
[ -z "$text" ] || printf '%s\n' "$text"
exit 0
