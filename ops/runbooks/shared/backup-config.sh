#!/bin/sh
# shellcheck disable=SC2034,SC2154  # what is included uses and sets the rest
# Saves the config files, twice. Once under the commit they belong to, beside the files themselves and readable for whoever
# can read those, so that a way back to it finds them without a key; and once as a backup, sealed like the others. Of one
# that is a link, what it leads to.
umask 077
releases=$BACKUPS/config/$PROJECT
if ! mkdir -p "$releases" || [ ! -w "$releases" ]; then refuse backups-unwritable; fi
commit=$(git -C "$PROJECT_PATH" rev-parse HEAD) || refuse no-repository
archive=$releases/${STAMP}_$(printf %.12s "$commit").tar.gz
cd "$PROJECT_PATH" || refuse path-missing
set --
for file in $CONFIG_FILES; do
    if [ -r "$file" ]; then set -- "$@" "$file"; else warn config-missing; fi
done
[ $# -gt 0 ] || skip no-config
if ! { tar -chzf "$archive.part" -- "$@" && tar -tzf "$archive.part" >/dev/null && mv -f "$archive.part" "$archive"; }; then
    rm -f "$archive.part"
    fact stage tar=1
    fail backup-failed
fi
fact config_saved "$archive"
echo "Saved: $* in $archive"
stem=${PROJECT}_config
ending=.tar
size_beforehand() { echo 0; }
look_inside() { tar -tf - | wc -l; }
well_ended() { read -r files && [ "$files" -gt 0 ] && echo "files $files" >"$part.counts"; }
dump() { gzip -dc "$archive"; }
# include: dump-to-file.sh
