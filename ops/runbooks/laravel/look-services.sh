#!/bin/sh
# What a restart needs, and no more.
# include: sudo.sh
cd "$PROJECT_PATH" || refuse path-missing
# include: look-units.sh
[ -z "$QUEUE" ] || command -v "$PHP_PROGRAM" >/dev/null || refuse php-missing
