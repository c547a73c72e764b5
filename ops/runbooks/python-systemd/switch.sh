#!/bin/sh
# Lotsman's own update: code, dependencies and restart in one step, which goes on while there is no bot.
# A version that does not report back is taken off again and the one before is started, with nobody's help.
# include: sudo.sh
# include: install.sh
# include: note-logs.sh
# include: put-config.sh
# include: switch-units.sh
# include: switch-back.sh
back_because() {
    go_back || warn back-unfinished
    fail "$1"
}
# back_from CODE UNIT: as above, with what the new version has said of itself.
back_from() {
    fact unit "$2"
    fact unit_state "$(property ActiveState "$2")/$(property SubState "$2")"
    journalctl -q -u "$2" -n 30 --no-pager -o cat 2>/dev/null
    back_because "$1"
}
# Still up, and not started once more meanwhile.
insist_on_standing() {
    down=$(unit_down)
    [ -z "$down" ] || back_from new-version-crashed "$down"
    [ "$(invocations)" = "$begun" ] || back_from new-version-crashed "$first_unit"
}
first_unit=${SERVICES%% *}
cd "$PROJECT_PATH" || refuse path-missing
lock_switch -n || refuse switch-running
note_switch || refuse path-unwritable
trap 'trap "" TERM; go_back; exit 143' TERM

git -c advice.detachedHead=false checkout --quiet --detach "$COMMIT" || back_because checkout-failed
[ "$(git rev-parse HEAD)" = "$COMMIT" ] || back_because checkout-failed
git --no-pager log -1 --format='now at %h %s'
if [ -n "${RESTORE_CONFIG:-}" ]; then
    archive=$(saved_config)
    if [ -n "$archive" ]; then (put_config "$archive") || back_because config-unwritable; fi
fi
if [ -e "$REQUIREMENTS" ] && ! has_requirements .; then
    keep_venv || back_because venv-not-kept
    get_requirements . || back_because install-failed
fi

# Whoever said so before the restart was not the new version.
rm -f "$LOTSMAN_ACK"
restart_units || back_from restart-failed "$first_unit"
begun=$(invocations)
restarted_at=$(seconds_up)
said=0
until [ -e "$LOTSMAN_ACK" ]; do
    sleep 1
    insist_on_standing
    waited=$(($(seconds_up) - restarted_at))
    if [ "$waited" -ge "$ACK_SECONDS" ]; then
        fact ack_seconds "$ACK_SECONDS"
        back_from not-acknowledged "$first_unit"
    fi
    if [ $((waited - said)) -ge 10 ]; then
        said=$waited
        echo "no word from the new version for $waited s"
    fi
done
echo "the new version reported back"
steady_at=$(($(seconds_up) + STABLE_SECONDS))
while insist_on_standing && [ "$(seconds_up)" -lt "$steady_at" ]; do sleep 1; done
