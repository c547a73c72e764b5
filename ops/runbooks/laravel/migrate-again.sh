#!/bin/sh
# Applies what migrate-back.sh has taken back. What was in the columns comes from the backup, if it has to.
# include: site.sh
cd "$PROJECT_PATH" || fail path-missing
artisan migrate --force || fail artisan-migration-failed
