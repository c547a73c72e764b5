# shellcheck shell=sh
# go_back: the version before, with all that belongs to it. It may begin anywhere, be cut off and be repeated.
# The note says which starts of the units were the old version's; it exists while there is something to go back from.
switch_notes=${XDG_STATE_HOME:-$HOME/.local/state}/lotsman
switch_note=$switch_notes/switched-$PROJECT-$STAMP
venv_before=$VENV.lotsman-before
# lock_switch [-n]: one at a time, even where nobody saw the end of the one before.
lock_switch() {
    mkdir -p "$switch_notes" || return 1
    exec 9>"$switch_notes/switch-$PROJECT.lock"
    flock "$@" 9
}
note_switch() {
    for note in "$switch_notes/switched-$PROJECT-"*; do [ "$note" = "$switch_note" ] || rm -f "$note"; done
    [ -e "$switch_note" ] || invocations >"$switch_note"
}
switch_noted() { [ -e "$switch_note" ]; }
# The units have been started again since the note was written.
restarted() { [ "$(invocations)" != "$(cat "$switch_note")" ]; }
go_back() {
    switch_noted || return 0
    echo "going back to $PREVIOUS_COMMIT"
    # By force: a checkout that was cut off has left some files of each version.
    git -C "$PROJECT_PATH" -c advice.detachedHead=false checkout --force --quiet --detach "$PREVIOUS_COMMIT" || return 1
    venv_back || return 1
    if [ -n "${RESTORE_CONFIG:-}" ] && [ -n "${CONFIG_SAVED:-}" ]; then (put_config "$CONFIG_SAVED") || return 1; fi
    if restarted || ! units_up; then
        restart_units || return 1
        until_up || return 1
    fi
    rm -f "$switch_note"
    fact back_on "$PREVIOUS_COMMIT"
}
until_up() {
    give_up_at=$(($(seconds_up) + 60))
    until units_up; do
        [ "$(seconds_up)" -lt "$give_up_at" ] || return 1
        sleep 1
    done
}
# keep_venv: a copy to go back to; that takes neither pip nor a network.
keep_venv() {
    rm -rf "$venv_before" "$venv_before.part"
    cp -a "$VENV" "$venv_before.part" && echo "$PREVIOUS_COMMIT" >"$venv_before.part/.lotsman-commit" &&
        mv "$venv_before.part" "$venv_before" && return
    rm -rf "$venv_before.part"
    return 1
}
venv_back() {
    old=$(mktemp -d) || return 1
    git -C "$PROJECT_PATH" archive "$PREVIOUS_COMMIT" | tar -xf - -C "$old" || { rm -rf "$old"; return 1; }
    status=0
    if [ -e "$old/$REQUIREMENTS" ] && ! { [ -d "$VENV" ] && has_requirements "$old"; }; then
        if [ "$(cat "$venv_before/.lotsman-commit" 2>/dev/null)" = "$PREVIOUS_COMMIT" ]; then
            rm -rf "$VENV.lotsman-failed"
            [ ! -d "$VENV" ] || mv "$VENV" "$VENV.lotsman-failed"
            mv "$venv_before" "$VENV" && rm -rf "$VENV.lotsman-failed" || status=1
        else
            get_requirements "$old" || status=1
        fi
    fi
    rm -rf "$old"
    return $status
}
