# shellcheck shell=sh
# log_there: whether the log exists; many programs make it with their first message.
log_there() {
    [ ! -r "$LOG_FILE" ] || return 0
    if [ ! -e "$LOG_FILE" ] && [ -x "$(dirname "$LOG_FILE")" ]; then return 1; fi
    refuse log-unreadable
}
