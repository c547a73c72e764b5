# shellcheck shell=sh disable=SC2034,SC2154
# The version that is to come, looked at beside the one that runs. compose.sh, services.sh and find_compose come first.
# new_files: its files with the settings that are here, in a folder of their own; Compose is asked there from now on.
new_files() {
    scratch=$(mktemp -d) || refuse scratch-unwritable
    trap leave_new EXIT
    trap 'exit 130' HUP INT TERM
    git archive "$COMMIT" | tar -xf - -C "$scratch" || refuse scratch-unwritable
    for file in $CONFIG_FILES .env; do
        [ ! -r "$file" ] || { mkdir -p "$scratch/$(dirname "$file")" && cat "$file" >"$scratch/$file"; } || refuse scratch-unwritable
    done
    # Of what comes from the repository: as it will be.
    for pair in ${CONFIG_UPDATE:-}; do
        git cat-file -e "$COMMIT:${pair#*=}" 2>/dev/null || { fact config_file "${pair#*=}"; refuse config-source-missing; }
        git show "$COMMIT:${pair#*=}" >"$scratch/${pair%%=*}" || refuse scratch-unwritable
    done
    export COMPOSE_PROJECT_NAME="$name"
    cd "$scratch" || refuse scratch-unwritable
    config_text=$(compose config 2>/dev/null)
    read_services || refuse compose-invalid
}
# new_image SERVICE: builds or fetches its image and sets new_image. When the script ends, the image's name means what
# it meant before: that is what a restart by hand would start.
new_image() {
    name_lent=$(image_of "$1")
    name_meant=$(image_id "$name_lent")
    if [ -n "$BUILD_IMAGES" ] && [ "$(field "$1" 2)" = build ]; then
        compose build "$1" || fail build-failed
    elif [ "$PULL_IMAGES" = always ] || [ -z "$name_meant" ]; then
        fact container "$1"
        compose pull "$1" || fail pull-failed
    fi
    new_image=$(image_id "$name_lent")
    [ -n "$new_image" ] || fail build-failed
}
leave_new() {
    [ -z "${asked_container:-}" ] || docker rm --force "$asked_container" >/dev/null 2>&1
    [ -z "${name_meant:-}" ] || docker tag "$name_meant" "$name_lent"
    cd / && rm -rf "${scratch:?}"
}
