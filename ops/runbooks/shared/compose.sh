# shellcheck shell=sh disable=SC2034
# Compose, whichever there is: version 2 is a part of docker, version 1 a program of its own. To be included where
# the project is.
find_compose() {
    [ -z "${COMPOSE_FILES:-}" ] || export COMPOSE_FILE="$COMPOSE_FILES"
    [ -z "${COMPOSE_NAME:-}" ] || export COMPOSE_PROJECT_NAME="$COMPOSE_NAME"
    export COMPOSE_ANSI=never BUILDKIT_PROGRESS=plain COMPOSE_PROGRESS=plain COMPOSE_IGNORE_ORPHANS=true
    command -v docker >/dev/null || refuse docker-missing
    docker version --format '{{.Server.Version}}' >/dev/null || refuse engine-unreachable
    if docker compose version >/dev/null 2>&1; then
        compose() { docker compose "$@"; }
        compose_glue=-
    elif command -v docker-compose >/dev/null; then
        compose() { docker-compose "$@"; }
        compose_glue=_
    else
        refuse compose-missing
    fi
    name_project
}
# name_project: $name is what Compose calls the project; all its containers are labelled with it.
name_project() {
    name=${COMPOSE_PROJECT_NAME:-}
    # The file as Compose reads it: asked for once, because each question to Compose takes a while.
    config_text=$(compose config 2>/dev/null)
    [ -n "$name" ] || name=$(printf '%s\n' "$config_text" | sed -n 's/^name: *//p' | tr -d "\"'")
    # Version 1 does not say it.
    [ -n "$name" ] || [ ! -r .env ] || name=$(sed -n 's/^COMPOSE_PROJECT_NAME=//p' .env | tail -n 1 | tr -d "\"'")
    if [ -z "$name" ]; then
        first=${COMPOSE_FILE:-.}
        folder=$(cd "$(dirname "${first%%:*}")" && pwd)
        name=$(basename "$folder" | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9_-')
    fi
}
# running SERVICE, existing SERVICE: ids of its containers, the newest first.
running() { of_service "$1"; }
existing() { of_service "$1" --all; }
of_service() {
    service_label=com.docker.compose.service=$1
    shift
    docker ps --quiet --no-trunc "$@" --filter "label=com.docker.compose.project=$name" \
        --filter "label=$service_label" --filter label=com.docker.compose.oneoff=False
}
# one_running SERVICE: the container to ask; fails where there is none.
one_running() {
    one=$(running "$1" | head -n 1)
    [ -n "$one" ] && echo "$one"
}
