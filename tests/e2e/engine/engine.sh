#!/bin/sh
# A server with a Docker engine and sshd, and all there is of it: when this ends, or is killed, the engine, its containers,
# images and network are gone. Root only. Nothing of this machine changes but a cable's end.
# usage: engine.sh FOLDER
# FOLDER has configurations of one or more sshd, *_config; "address" appears there.
set -eu
folder=$(cd "$1" && pwd)
if [ "${2:-}" != inside ]; then
    exec 9</proc/self/ns/net # the way back to the network outside
    exec unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc sh "$0" "$folder" inside
fi

# A tree of version 2, seen here only, with a group of our own in it.
if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
    umount -l /sys/fs/cgroup 2>/dev/null || :
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi

ip link set lo up
number=0
until ip link add "lotsman$number" type veth peer name eth0 && ip link set "lotsman$number" netns /proc/self/fd/9; do
    ip link delete "lotsman$number" # its name is taken outside
    number=$((number + 1))
    [ $number -lt 64 ] || exit 1
done 2>/dev/null
outside() { nsenter --net=/proc/self/fd/9 "$@"; }
outside ip address add "198.51.100.$((number * 4 + 1))/30" dev "lotsman$number"
outside ip link set "lotsman$number" up
address=198.51.100.$((number * 4 + 2))
ip address add "$address/30" dev eth0
ip link set eth0 up
exec 9<&-

groups=/sys/fs/cgroup/lotsman
mkdir -p "$groups"
find "$groups" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || : # of engines that were killed
mkdir -p "$groups/engine$number"
echo $$ >"$groups/engine$number/cgroup.procs"

# In memory, because the engine's file system does not go on top of every other.
mkdir -p "$folder/disk" /run/docker /run/containerd /run/sshd
mount -t tmpfs -o size=6g tmpfs "$folder/disk"
mount -t tmpfs tmpfs /run/docker
mount -t tmpfs tmpfs /run/containerd
echo "$address" >"$folder/address"
for config in "$folder"/*_config; do /usr/sbin/sshd -D -f "$config" -E "$folder/sshd.log" & done
exec dockerd --host "unix://$folder/docker.sock" --data-root "$folder/disk/data" --exec-root "$folder/disk/exec" \
    --pidfile "$folder/disk/pid" --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/lotsman/engine$number" \
    >"$folder/dockerd.log" 2>&1
