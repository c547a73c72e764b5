# shellcheck shell=sh disable=SC2154
# What the compose file says, as far as it matters here. find_compose comes first.
# read_services: $services has a line for each service: name, build or image, its image, why it cannot run twice
# (name, port, network, volume, or -), and how many of it there should be (0 where nothing is said).
# Compose itself writes the file out in one fixed form. It holds secrets, so it never touches the log.
read_services() {
    services=$(printf '%s\n' "$config_text" | summarize_services)
    [ -n "$services" ] || { compose config -q 2>&1 | tail -n 10; return 1; }
}
summarize_services() {
    awk -v quote="'" '
        function bare(text) { gsub("[\"" quote "]", "", text); return text }
        function end_item() {
            if (key == "ports:" && published != "" && published !~ /-/) why = "port"
            if (key == "volumes:" && writable && why == "-") why = "volume"
            published = ""; writable = 0
        }
        function end_service() {
            end_item()
            if (service != "") print service, kind, image, why, replicas
            service = ""; key = ""
        }
        function item(text,    parts, n) {
            end_item()
            if (key == "volumes:") writable = text !~ /:ro(,|$)/ && text !~ /^type: tmpfs/
            if (key == "ports:" && text !~ /^[a-z_]+: /) {
                text = bare(text); sub("/[a-z]+$", "", text)
                n = split(text, parts, ":")
                if (n > 1) published = parts[n - 1]
            }
            pair(text)
        }
        function pair(text) {
            if (text ~ /^published: /) published = bare(substr(text, 12))
            if (key == "volumes:" && text ~ /^(read_only: true|type: tmpfs)/) writable = 0
            if (key == "deploy:" && text ~ /^replicas: /) replicas = bare(substr(text, 11))
        }
        /^[^ ]/ { end_service(); inside = ($1 == "services:"); next }
        !inside { next }
        /^  [^ -]/ {
            end_service()
            service = bare(substr($0, 3)); sub(/:( \{\})?$/, "", service)
            kind = "image"; image = "-"; why = "-"; replicas = 0
            next
        }
        /^    [^ -]/ {
            end_item()
            key = $1
            if (key == "build:") kind = "build"
            if (key == "image:") image = bare($2)
            if (key == "container_name:") why = "name"
            if (key == "network_mode:" && bare($2) == "host") why = "network"
            if (key == "scale:") replicas = bare($2)
            next
        }
        /^ +- / { text = $0; sub(/^ +- /, "", text); item(text); next }
        { text = $0; sub(/^ +/, "", text); pair(text) }
        END { end_service() }'
}
# field SERVICE NUMBER
field() { printf '%s\n' "$services" | awk -v service="$1" -v number="$2" '$1 == service { print $number; exit }'; }
# deployed: the services that a deploy is about, in order.
deployed() {
    if [ -n "$COMPOSE_SERVICES" ]; then echo "$COMPOSE_SERVICES"; else printf '%s\n' "$services" | awk '{ printf "%s ", $1 }'; fi
}
has_service() { [ -n "$(field "$1" 1)" ]; }
image_of() {
    image=$(field "$1" 3)
    if [ "$image" = - ]; then echo "$name$compose_glue$1"; else echo "$image"; fi
}
image_id() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null; }
# pin SERVICE RELEASE IMAGE: a name for the image that nothing but Lotsman moves; the engine keeps what has a name.
# RELEASE: a commit, or "before" for what ran when the run began.
pin_name() { echo "lotsman:$name.$(printf %.12s "$2").$1"; }
pin() { docker tag "$3" "$(pin_name "$1" "$2")"; }
# unpin SERVICE RELEASE: has Compose find that image under the name it looks for.
unpin() {
    pinned=$(image_id "$(pin_name "$1" "$2")") || return 1
    image=$(image_of "$1")
    case $image in *@sha256:*) return 0 ;; esac
    [ "$(image_id "$image")" = "$pinned" ] || docker tag "$pinned" "$image"
}
# why_not_twice SERVICE: - where a second one may run beside it.
why_not_twice() {
    case " $STRATEGIES " in
    *" $1=recreate "*) echo strategy; return ;;
    esac
    why=$(field "$1" 4)
    if [ "${why:--}" = - ]; then
        for id in $(running "$1"); do
            docker inspect --format '{{range .Mounts}}{{if .RW}}{{.Type}} {{end}}{{end}}' "$id" | grep -qE 'volume|bind' && why=volume
        done
    fi
    # Whoever says so knows that two may write there at the same time.
    case " $STRATEGIES " in *" $1=rolling "*) [ "$why" != volume ] || why=- ;; esac
    echo "${why:--}"
}
