#!/bin/sh
# Makes the system that a host boots: Debian 12 with systemd and sshd, and what is of its kind. Root only; a minute.
# usage: build.sh KIND SEED SYSTEM
# KIND is a folder beside this file: packages, a name each, and provision.sh, which may find more of it in /seed.
# SEED has what is made elsewhere. Packages come from this machine's own apt sources.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kind=$here/$1
seed=$(cd "$2" && pwd)
system=$3

packages=systemd,systemd-sysv,dbus,libpam-systemd,dbus-user-session,openssh-server,sudo,git,curl,procps,iproute2
packages=$packages,$(paste -sd, "$kind/packages")

for sources in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [ ! -s "$sources" ] || break
done
part=$system.part
trap 'rm -rf --one-file-system "$part"' EXIT
rm -rf --one-file-system "$part"
mmdebstrap --quiet --variant=minbase --include="$packages" --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    bookworm "$part" "$sources"

# A database runs while it is filled: in namespaces of its own, so that nothing of it can stay behind or be in the way.
mkdir "$part/seed"
cp -r "$seed/." "$kind/." "$part/seed"
cp "$here/provision.sh" "$part/provision.sh"
# shellcheck disable=SC2016  # the inner shell expands
unshare --mount --net --pid --fork --kill-child sh -c '
    mount -t proc proc "$1/proc" && ip link set lo up && exec chroot "$1" sh /provision.sh' sh "$part"
rm -rf "$part/seed" "$part/provision.sh"
rm -rf --one-file-system "$system"
mv "$part" "$system"
