#!/bin/sh
# Puts back the config files as they were when $COMMIT was last live.
# include: put-config.sh
archive=
for file in "$BACKUPS/config/$PROJECT/"*"_$(printf %.12s "$COMMIT").tar.gz"; do
    [ ! -e "$file" ] || archive=$file # names hold the time: the last one is the newest
done
[ -n "$archive" ] || skip no-saved-config
put_config "$archive"
fact config_restored "$archive"
