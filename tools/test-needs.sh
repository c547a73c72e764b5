#!/bin/sh
# Names what the tests want from the machine and it lacks. Tests that need it say so and are skipped, except
# in CI, where everything is there.
set -eu
missing=
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"; }
need sshd openssh-server
need busybox busybox
need dash dash
need chromium chromium
need chromedriver chromium-driver
need age age
need gpg gnupg
need zstd zstd
need sqlite3 sqlite3
need rclone rclone
need mariadbd mariadb-server
need prometheus prometheus
need prometheus-alertmanager prometheus-alertmanager
if [ -w / ]; then # only root can boot a host
    need systemd-nspawn systemd-container
    need mmdebstrap mmdebstrap
    need ip iproute2
    need dockerd docker.io
    need docker-compose docker-compose
    need iptables iptables
fi
[ -z "$missing" ] || printf 'Some tests will be skipped. For all of them:  apt install%s\n' "$missing" >&2
