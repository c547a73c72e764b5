# shellcheck shell=sh disable=SC2154
# How containers of a service give way to new ones. services.sh comes first.
seconds_up() {
    read -r up _ </proc/uptime
    echo "${up%%.*}"
}
state_of() {
    docker inspect --format '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.RestartCount}} {{.State.ExitCode}}{{.HostConfig.RestartPolicy.Name}}' \
        "$1" 2>/dev/null || echo gone none 0 1
}
# judge ID: well, running (there is no HEALTHCHECK to ask), down, or waiting; and how often it was started again.
judge() {
    # shellcheck disable=SC2046  # four words
    set -- $(state_of "$1")
    case $1-$2 in
    running-healthy) echo "well $3" ;;
    running-none) echo "running $3" ;;
    *-unhealthy | dead-* | gone-* | removing-*) echo "down $3" ;;
    # A job: it was to run once, and did.
    exited-*) case $4 in 0 | 0no) echo "well $3" ;; *) echo "down $3" ;; esac ;;
    # It crashes again and again, and has nothing that could say otherwise.
    restarting-none) if [ "$3" -lt 5 ]; then echo "waiting $3"; else echo "down $3"; fi ;;
    *) echo "waiting $3" ;;
    esac
}
# become_well ID: waits until its HEALTHCHECK says so; without one, until it has run $STABLE_SECONDS without a restart.
# Sets well_for: how long it has been so.
become_well() {
    give_up_at=$(($(seconds_up) + WAIT_SECONDS)) before='' well_for=0
    while :; do
        verdict=$(judge "$1")
        now=$(seconds_up)
        [ "$verdict" = "$before" ] || steady_from=$now
        before=$verdict
        case $verdict in
        well*) return 0 ;;
        down*) return 1 ;;
        running*) [ $((now - steady_from)) -lt "$STABLE_SECONDS" ] || { well_for=$STABLE_SECONDS; return 0; } ;;
        esac
        [ "$now" -lt "$give_up_at" ] || return 1
        sleep 1
    done
}
# all_well SERVICE ID...: or says what is wrong with the first that is not.
all_well() {
    service=$1
    shift
    for id in "$@"; do
        become_well "$id" || { tell_of "$service" "$id"; return 1; }
    done
}
# tell_of SERVICE ID: its state, and the last that it and its HEALTHCHECK have said.
tell_of() {
    fact container "$1"
    docker logs --tail 30 "$2" 2>&1
    docker inspect --format '{{if .State.Health}}{{range .State.Health.Log}}{{.Output}}{{"\n"}}{{end}}{{end}}' "$2" | tail -n 3
    # shellcheck disable=SC2046  # its words
    set -- $(state_of "$2")
    if [ "$2" = none ]; then fact container_state "$1"; else fact container_state "$1, $2"; fi
}
# start_up: with images that are here, and nothing but what is named.
start_up() {
    if [ "$compose_glue" = - ]; then set -- --pull never "$@"; fi
    compose up -d --no-deps --no-build "$@"
}
reload_proxy() {
    [ -n "$RELOAD_SERVICE" ] || return 0
    for id in $(running "$RELOAD_SERVICE"); do in_words "$RELOAD_COMMAND" docker exec "$id" || return 1; done
    # nginx says so before it has: for a moment workers answer that know only what was there before.
    sleep 2
}
# in_words TEXT COMMAND...: runs COMMAND with the words of TEXT behind it; between them stands a character that no word has.
in_words() {
    words=$1
    shift
    old_ifs=$IFS IFS=$(printf '\037')
    set -f
    # shellcheck disable=SC2086  # split here, and nowhere else
    set -- "$@" $words
    set +f
    IFS=$old_ifs
    "$@"
}
# The containers that were there when the step began are the old ones, also when it begins a second time.
notes=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman
note_running() {
    note=$notes/running-$PROJECT-$STAMP-$1
    [ ! -e "$note" ] || return 0
    mkdir -p "$notes"
    rm -f "$notes/running-$PROJECT-"*-"$1"
    for service in $(deployed); do
        for id in $(running "$service"); do echo "$service $id"; done
    done >"$note.part" && mv "$note.part" "$note"
}
noted() {
    for id in $(running "$1"); do
        if grep -qxF "$1 $id" "$note"; then echo "$id"; fi
    done
}
fresh() {
    for id in $(existing "$1"); do
        if ! grep -qxF "$1 $id" "$note"; then echo "$id"; fi
    done
}
# unchanged SERVICE: what runs is the image and the settings that are wanted.
unchanged() {
    wanted="$(image_id "$(image_of "$1")") $(printf '%s\n' "$hashes" | awk -v service="$1" '$1 == service { print $2 }')"
    for id in $(running "$1"); do
        [ "$(docker inspect --format '{{.Image}} {{index .Config.Labels "com.docker.compose.config-hash"}}' "$id")" = "$wanted" ] || return 1
    done
}
# roll SERVICE: new ones beside the old, and only when they are well do the old ones go. A failure leaves the old alone.
roll() {
    old=$(noted "$1")
    here=$(echo "$old" | grep -c .)
    many=$(field "$1" 5)
    [ "$many" -gt 0 ] || many=$here
    [ "$many" -gt 0 ] || many=1
    for id in $(existing "$1"); do
        case $(state_of "$id") in running*) ;; *) docker rm "$id" >/dev/null ;; esac
    done
    start_up --no-recreate --scale "$1=$((here + many))" "$1" || { drop_fresh "$1"; return 1; }
    # shellcheck disable=SC2046  # ids
    if [ "$(fresh "$1" | grep -c .)" -lt "$many" ] || ! all_well "$1" $(fresh "$1") || ! reload_proxy; then
        drop_fresh "$1"
        return 1
    fi
    echo "$1: the new one serves, the old one goes"
    # With its own stop_grace_period.
    for id in $old; do docker stop "$id" >/dev/null && docker rm "$id" >/dev/null || return 1; done
    reload_proxy
}
drop_fresh() {
    for id in $(existing "$1"); do
        grep -qxF "$1 $id" "$note" || docker rm --force --volumes "$id" >/dev/null
    done
    reload_proxy
}
# in_place SERVICE [OPTION]: Compose stops the old one and starts the new one, where something has changed. Meanwhile
# nobody does its work: people are told for how long.
in_place() {
    if [ -z "${down_from:-}" ] && [ -n "$(running "$1")" ]; then
        down_from=$(date +%s)
        fact stopped_at "$down_from"
    fi
    start_up ${2:+"$2"} "$1" || return 1
    # shellcheck disable=SC2046  # ids
    all_well "$1" $(existing "$1") && reload_proxy || return 1
    [ -z "${down_from:-}" ] || fact answered_at $(($(date +%s) - well_for))
}
# bring SERVICE...: to what the files and images say. What does not run at all is started first, in Compose's order.
bring() {
    hashes=$(compose config --hash '*')
    missing=
    for service in "$@"; do [ -n "$(running "$service")" ] || missing="$missing $service"; done
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086  # names
        start_up $missing || return 1
        for service in $missing; do
            # shellcheck disable=SC2046  # ids
            all_well "$service" $(existing "$service") || return 1
        done
        reload_proxy || return 1
    fi
    for each in "$@"; do
        case " $missing " in *" $each "*) continue ;; esac
        if unchanged "$each" && [ -z "$(fresh "$each")" ]; then echo "$each: unchanged"; continue; fi
        why=$(why_not_twice "$each")
        if [ "$why" = - ]; then roll "$each"; else echo "$each: in place ($why)"; in_place "$each"; fi || return 1
    done
}
# leave SERVICE...: ends services that are no longer wanted.
leave() {
    for service in "$@"; do
        for id in $(existing "$service"); do
            docker stop "$id" >/dev/null && docker rm "$id" >/dev/null && echo "$service: gone"
        done
    done
}
