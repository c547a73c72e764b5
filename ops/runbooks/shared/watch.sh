#!/bin/sh
# A round: all that is looked at on this server, in one conversation and side by side. Changes nothing.
# $WATCH_COUNT checks. $WATCH_1 and so on: which check, which values it shares with others ($VALUES_1 and so on), and its
# own ones; between all of them the unit separator. Each is the script that a deploy runs, so what it says means the
# same; it is handed on under the name c1 and so on, with the last lines it prints and its exit status.
unit_separator=$(printf '\037')
give() { # exports NAME=value pairs
    old_ifs=$IFS IFS=$unit_separator
    for pair in $1; do export "${pair?}"; done
    IFS=$old_ifs
}
one() (
    set -f
    words='' shared=''
    eval "words=\$WATCH_$1"
    kind=${words%%"$unit_separator"*}
    words=${words#*"$unit_separator"}
    eval "shared=\${VALUES_${words%%"$unit_separator"*}:-}"
    give "$shared"
    give "${words#*"$unit_separator"}"
    set +f
    case $kind in
    host)
        # include: check-host.sh
        ;;
    unit)
        # include: check-unit.sh
        ;;
    http)
        # include: check-http.sh
        ;;
    tcp)
        # include: check-tcp.sh
        ;;
    heartbeat)
        # include: check-heartbeat.sh
        ;;
    version)
        # include: check-version.sh
        ;;
    database)
        # include: check-database.sh
        ;;
    certificate)
        # include: check-certificate.sh
        ;;
    log)
        # include: check-log-since.sh
        ;;
    drift)
        # include: check-drift.sh
        ;;
    container | containers)
        # include: check-container.sh
        ;;
    esac
)
# What is handed on goes out in one piece, because others write at the same time: under 4096 bytes in all. A line that is
# cut ends before a word, and says so: the bot takes off as much again as a secret may have that begins there.
hand_on() {
    # shellcheck disable=SC2154  # the prelude's
    MARK=$_mark NUMBER=$1 awk '
        function fit(text, most) {
            if (length(text) <= most) return text
            text = substr(text, 1, most)
            sub(/[^ \t]*$/, "", text)
            return text "[cut]"
        }
        BEGIN { mark = ENVIRON["MARK"]; length_of = length(mark) + 1; name = "item c" ENVIRON["NUMBER"] }
        substr($0, 1, length_of) == mark " " { said[++many] = fit(substr($0, length_of + 1), 400); next }
        NF { lines[++last] = fit($0, 1200) }
        END {
            for (i = last; i > 0 && i > last - 8; i--) {
                room += length(lines[i]) + 50
                if (i < last && room > 2200) break
                text = mark " " name " line " lines[i] "\n" text
            }
            for (i = many > 20 ? many - 19 : 1; i <= many; i++) text = text mark " " name " " said[i] "\n"
            printf "%s", text
        }'
}
started=0
while [ "$started" -lt "$WATCH_COUNT" ]; do
    started=$((started + 1))
    {
        one "$started" 2>&1
        printf '%s exit %s\n' "$_mark" "$?"
    } | hand_on "$started" &
    [ $((started % 16)) -ne 0 ] || wait
done
wait
