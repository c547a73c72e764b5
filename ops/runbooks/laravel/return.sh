#!/bin/sh
# The end of the way back: the version before has its code and its settings again; now its dependencies, its caches,
# and a restart.
# include: sudo.sh
# include: note-logs.sh
# include: site.sh
# include: vendor.sh
# include: units.sh
cd "$PROJECT_PATH" || fail path-missing
if [ -e composer.json ] && [ -d vendor ] && ! has_vendor; then
    vendor_back || install_vendor || fail composer-failed
fi
forget_caches
if [ -n "${HAD_CACHES:-}" ]; then
    make_caches || { forget_caches; warn caches-left-out; }
fi
restart_units || fail start-failed
[ -z "$QUEUE" ] || artisan queue:restart || warn queue-not-told
