# shellcheck shell=sh
# as_root COMMAND...: directly when we are root, else by sudo without a password, or not at all.
if [ "$(id -u)" = 0 ]; then
    as_root() { "$@"; }
    may() { command -v "$1" >/dev/null; }
else
    as_root() { sudo -n "$@"; }
    may() { sudo -n -l "$@" >/dev/null 2>&1; }
fi
