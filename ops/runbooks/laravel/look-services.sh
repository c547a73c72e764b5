#!/bin/sh
# What a restart needs, and no more.
# include: sudo.sh
cd "$PROJECT_PATH" || refuse path-missing
if head=$(git rev-parse --verify --quiet HEAD); then
    fact commit "$head"
    fact previous_commit "$head"
    fact previous_name "$(git describe --tags --exact-match HEAD 2>/dev/null || git rev-parse --short=8 HEAD)"
fi
# include: look-units.sh
[ -z "$QUEUE" ] || command -v "$PHP_PROGRAM" >/dev/null || refuse php-missing
