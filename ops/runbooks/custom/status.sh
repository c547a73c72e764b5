#!/bin/sh
# What is here, as far as that can be told of a project that is not ours to know: its commit, where it is a checkout.
# Changes nothing.
# include: http-status.sh
[ -d "$PROJECT_PATH" ] || refuse path-missing
cd "$PROJECT_PATH" || refuse path-missing
if command -v git >/dev/null && commit=$(git rev-parse --verify --quiet HEAD); then
    fact commit "$commit"
    fact name "$(git describe --tags --exact-match HEAD 2>/dev/null || git rev-parse --short=8 HEAD)"
    [ -z "$(git status --porcelain --untracked-files=no)" ] || fact dirty yes
fi
for unit in $SERVICES; do
    since=$(systemctl show -p ActiveEnterTimestamp --value "$unit")
    item units "$(systemctl show -p ActiveState --value "$unit") $(date -d "$since" +%s 2>/dev/null || echo 0) $unit"
done
for url in $URLS; do item urls "$(http_status "$url" 3) $url"; done
fact free_mb "$(df -Pk "$PROJECT_PATH" | awk 'NR == 2 { print int($4 / 1024) }')"
