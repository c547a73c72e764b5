# shellcheck shell=sh
# The units of Lotsman itself, restarted and watched.
property() { systemctl show -p "$1" --value "$2"; }
# What systemd calls this start of each unit; another one after every restart.
invocations() { for unit in $SERVICES; do property InvocationID "$unit"; done; }
restart_units() {
    note_logs
    for unit in $SERVICES; do
        # After a crash loop systemd refuses to start a unit until its counter is reset.
        as_root systemctl reset-failed "$unit" >/dev/null 2>&1
        as_root systemctl restart "$unit" || return 1
        echo "restarted $unit"
    done
}
# The first unit that is not up, if one is not.
unit_down() {
    for unit in $SERVICES; do
        [ "$(property ActiveState "$unit")" = active ] || { echo "$unit"; return; }
    done
}
units_up() { [ -z "$(unit_down)" ]; }
seconds_up() {
    read -r up _ </proc/uptime
    echo "${up%%.*}"
}
