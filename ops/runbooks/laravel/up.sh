#!/bin/sh
# Visitors are let in again.
# include: site.sh
cd "$PROJECT_PATH" || refuse path-missing
artisan up && exit 0
# A version that does not start must not keep the one before from serving.
rm -f storage/framework/down storage/framework/maintenance.php || fail up-failed
