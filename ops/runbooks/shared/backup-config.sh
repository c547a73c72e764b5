#!/bin/sh
# Saves the config files under the commit they belong to, so that a way back to it finds them. Of one that is a link,
# what it leads to.
umask 077
folder=$BACKUPS/config/$PROJECT
if ! mkdir -p "$folder" || [ ! -w "$folder" ]; then refuse backups-unwritable; fi
commit=$(git -C "$PROJECT_PATH" rev-parse HEAD) || refuse no-repository
archive=$folder/${STAMP}_$(printf %.12s "$commit").tar.gz
cd "$PROJECT_PATH" || refuse path-missing
set --
for file in $CONFIG_FILES; do
    if [ -r "$file" ]; then set -- "$@" "$file"; else warn config-missing; fi
done
[ $# -gt 0 ] || skip no-config
if ! { tar -chzf "$archive.part" -- "$@" && tar -tzf "$archive.part" >/dev/null && mv -f "$archive.part" "$archive"; }; then
    rm -f "$archive.part"
    fail backup-failed
fi
fact backup_path "$archive"
fact backup_bytes "$(($(wc -c <"$archive")))"
fact backup_sha256 "$(sha256sum <"$archive" | cut -c1-64)"
fact config_saved "$archive"
echo "Saved: $* in $archive"
