#!/bin/sh
# Makes what an engine cannot fetch here: a system for images (Python 3.11, PostgreSQL, nginx), and Compose v2.
# usage: build.sh FOLDER
# Packages come from this machine's own apt sources; Debian 12 has no Compose v2, so the next Debian's is taken from there.
set -eu
folder=$1
mkdir -p "$folder"

for sources in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    [ ! -s "$sources" ] || break
done

compose_v2() {
    private=$folder/apt
    rm -rf "$private"
    mkdir -p "$private/lists/partial" "$private/archives/partial"
    next=$private/next.${sources##*.}
    sed 's/\bbookworm\b/trixie/g' "$sources" >"$next"
    set -- -qq -o "Dir::Etc::SourceList=$next" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$private/lists" \
        -o "Dir::Cache=$private" -o APT::Sandbox::User=root
    apt-get "$@" update
    (cd "$private" && apt-get "$@" download docker-compose)
    dpkg-deb --extract "$private"/docker-compose_*.deb "$private/package"
    mkdir -p "$folder/docker/cli-plugins"
    cp "$private/package/usr/libexec/docker/cli-plugins/docker-compose" "$folder/docker/cli-plugins/"
    rm -rf "$private"
}
compose_v2 || echo "no Compose v2 from these apt sources: version 1 is what will be tested" >&2

packages=python3-minimal,python3-venv,python3-pip,ca-certificates,curl,postgresql,nginx-light
here=$(cd "$(dirname "$0")" && pwd)
mmdebstrap --quiet --variant=minbase --include="$packages" --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --customize-hook="$here/trim.sh" bookworm "$folder/system.part.tar" "$sources"
mv "$folder/system.part.tar" "$folder/system.tar"
