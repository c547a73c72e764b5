# shellcheck shell=sh
# rclone, so that it gives up in good time: it is tried again later anyway.
command -v rclone >/dev/null || refuse rclone-missing
remote() { rclone --contimeout 15s --timeout 60s --retries 2 --low-level-retries 3 "$@"; }
# Where a backup's copy is: its tier's folder and its name, below $COPY_TO.
case $COPY_TO in
    *: | */) copies=$COPY_TO ;;
    *) copies=$COPY_TO/ ;;
esac
copy_of() { printf '%s%s' "$copies" "${1#"$BACKUPS"/}"; }
# What is encrypted by rclone itself has no checksum that could be compared: it has a check of its own.
checked() {
    how=check
    case $(rclone listremotes --long 2>/dev/null | awk -v name="${COPY_TO%%:*}:" '$1 == name { print $2 }') in
        crypt) how=cryptcheck ;;
    esac
    remote "$how" --one-way --include "/${1##*/}" "${1%/*}" "$(dirname "$(copy_of "$1")")"
}
