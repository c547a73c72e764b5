#!/bin/sh
# The server itself: room and inodes on the disks of $DISK_PATHS (the unit separator between), memory, load per core.
# item disk "PERCENT INODE-PERCENT FREE-MB MOUNT": percent of inodes is - where a file system has none.
disk_paths() {
    old_ifs=$IFS IFS=$(printf '\037')
    set -f
    # shellcheck disable=SC2086  # it is split here
    df "$1" -- $DISK_PATHS 2>/dev/null
    set +f
    IFS=$old_ifs
}
{
    disk_paths -Pk | awk 'NR > 1 { print "k", $0 }'
    disk_paths -Pi | awk 'NR > 1 { print "i", $0 }'
} | awk '
    {
        kind = $1; percent = $6; sub(/%/, "", percent); mount = $7
        for (i = 8; i <= NF; i++) mount = mount " " $i
    }
    kind == "i" { inodes[mount] = percent ~ /^[0-9]+$/ ? percent : "-" }
    kind == "k" && $3 > 0 && !(mount in free) { order[++many] = mount; used[mount] = percent; free[mount] = int($5 / 1024) }
    END { for (i = 1; i <= many; i++) print used[order[i]], (order[i] in inodes ? inodes[order[i]] : "-"), free[order[i]], order[i] }
' | while IFS= read -r line; do item disk "$line"; done
fact memory "$(awk '$1 == "MemTotal:" { all = $2 } $1 == "MemAvailable:" { free = $2 } END { if (all) printf "%d", 100 * (all - free) / all }' /proc/meminfo 2>/dev/null)"
fact load "$(CORES=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) awk '{ printf "%.2f", $1 / ENVIRON["CORES"] }' /proc/loadavg 2>/dev/null)"
