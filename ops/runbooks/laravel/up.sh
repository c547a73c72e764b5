#!/bin/sh
# Visitors are let in again.
# include: site.sh
cd "$PROJECT_PATH" || refuse path-missing
if ! artisan up; then
    # A version that does not start must not keep the one before from serving.
    rm -f storage/framework/down storage/framework/maintenance.php || fail up-failed
fi
fact up_at "$(date +%s)"
