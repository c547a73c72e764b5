# shellcheck shell=sh
# Does a step live on when the connection breaks? The runner has left the login's session where it could; where it is
# still in it, a logind that ends what sessions leave behind (KillUserProcesses) ends the step as well.
logind() {
    busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager "$1" 2>/dev/null
}
# in_list NAME PROPERTY: as busctl prints a list of words: as 2 "root" "deploy".
in_list() { logind "$2" | tr ' ' '\n' | grep -qxF "\"$1\""; }
look_session() {
    grep -q '/session-[^/]*\.scope' "${1:-/proc/self/cgroup}" 2>/dev/null || return 0
    [ "$(logind KillUserProcesses)" = 'b true' ] || return 0
    user=$(id -un)
    ! in_list "$user" KillExcludeUsers || return 0
    case $(logind KillOnlyUsers) in '' | 'as 0') ;; *) in_list "$user" KillOnlyUsers || return 0 ;; esac
    fact session_user "$user"
    warn session-ends-steps
}
