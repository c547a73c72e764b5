#!/bin/sh
# Boots a host from a system that build.sh has made, and is all there is of it: when this ends, or is killed, the host
# is gone, with its disk (in memory), network and processes. A reboot inside is a reboot. Root only.
# usage: host.sh SYSTEM FOLDER
# FOLDER has host_key, authorized_keys and sudoers, which are put into it; "address" appears there.
set -eu
system=$(cd "$1" && pwd)
folder=$(cd "$2" && pwd)
if [ "${3:-}" != inside ]; then
    exec 9</proc/self/ns/net # the way back to the network outside
    exec unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc sh "$0" "$system" "$folder" inside
fi

# systemd wants a tree of version 2; elsewhere than in this mount namespace nothing changes.
if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
    umount -l /sys/fs/cgroup 2>/dev/null || :
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi

# A cable: one end here, one outside. 198.51.100.0/24 is for documentation, so nobody's own network uses it.
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
find "$groups" -depth -type d -exec rmdir {} + 2>/dev/null || : # of hosts that were killed
group=$groups/$number
mkdir -p "$group"
echo $$ >"$group/cgroup.procs"

disk=$folder/disk
mkdir -p "$disk" /run/systemd/nspawn
mount -t tmpfs -o size=2g tmpfs "$disk"
mount -t tmpfs tmpfs /run/systemd/nspawn
mkdir "$disk/upper" "$disk/work" "$disk/root"
mount -t overlay overlay -o "lowerdir=$system,upperdir=$disk/upper,workdir=$disk/work" "$disk/root"
root=$disk/root
echo web1 >"$root/etc/hostname"
echo "127.0.0.1 localhost web1" >"$root/etc/hosts"
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
install -m 600 "$folder/host_key" "$root/etc/ssh/ssh_host_ed25519_key"
install -m 440 "$folder/sudoers" "$root/etc/sudoers.d/lotsman"
install -m 600 "$folder/authorized_keys" "$root/root/.ssh/authorized_keys"
owner=$(stat -c %u:%g "$root/home/deploy")
install -m 600 -o "${owner%:*}" -g "${owner#*:}" "$folder/authorized_keys" "$root/home/deploy/.ssh/authorized_keys"
echo "$address" >"$folder/address"

reboot=133 # how nspawn ends when it may not register with a systemd outside
status=$reboot
while [ $status = $reboot ]; do
    status=0
    systemd-nspawn --quiet --keep-unit --register=no --directory="$root" --machine=web1 --link-journal=no \
        --network-namespace-path=/proc/self/ns/net --resolv-conf=off --timezone=off --console=pipe --boot </dev/null ||
        status=$?
done
exit $status
