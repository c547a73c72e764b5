#!/bin/sh
# What there is to go back to: the newest backup of each database, its age and whether it is still what was written;
# and the config files of the version. Changes nothing.
now=$(date +%s)
newest() { # newest PATTERN...: of those that there are
    found=
    for file in "$@"; do
        case $file in *.sha256 | *.json | *"*"*) continue ;; esac
        if [ -z "$found" ] || [ "$file" -nt "$found" ]; then found=$file; fi
    done
    [ -n "$found" ]
}
tell() { # tell WHAT FILE
    age=$((now - $(stat -c %Y "$2")))
    bytes=$(($(wc -c <"$2")))
    item backups "$((now - age)) $bytes $2"
    echo "$1: $2, $bytes bytes, $((age / 3600)) h $((age % 3600 / 60)) min old"
}
for database in $DATABASES; do
    if ! newest "$BACKUPS"/*/"${database}_"[0-9]*.sql*.* "$BACKUPS"/*/"${database}_week_"[0-9]*.sql*.*; then
        echo "$database: no backup in $BACKUPS"
        warn backup-none
        continue
    fi
    tell "$database" "$found"
    if [ -r "$found.sha256" ] && ! (cd "${found%/*}" && sha256sum --status -c "$found.sha256"); then warn backup-damaged; fi
done
if newest "$BACKUPS/config/$PROJECT/"*"_$(printf %.12s "$COMMIT").tar.gz"; then
    tell "config of this version" "$found"
else
    echo "config of this version: not saved, the files stay as they are"
fi
