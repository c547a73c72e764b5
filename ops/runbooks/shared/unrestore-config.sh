#!/bin/sh
# Puts back the config files as this run found them.
# include: put-config.sh
[ -n "${CONFIG_SAVED:-}" ] || skip no-config
put_config "$CONFIG_SAVED"
