#!/bin/sh
# Puts back the config files as they were when $COMMIT was last live.
# include: put-config.sh
archive=$(saved_config)
[ -n "$archive" ] || skip no-saved-config
put_config "$archive"
fact config_restored "$archive"
