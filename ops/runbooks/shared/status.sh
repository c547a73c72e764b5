#!/bin/sh
# What is live here and how it does. Changes nothing.
# include: http-status.sh
cd "$PROJECT_PATH" || refuse path-missing
commit=$(git rev-parse --verify HEAD) || refuse no-repository
fact commit "$commit"
fact name "$(git describe --tags --exact-match HEAD 2>/dev/null || git rev-parse --short=8 HEAD)"
[ -z "$(git status --porcelain --untracked-files=no)" ] || fact dirty yes
for unit in $SERVICES; do
    since=$(systemctl show -p ActiveEnterTimestamp --value "$unit")
    item units "$(systemctl show -p ActiveState --value "$unit") $(date -d "$since" +%s 2>/dev/null || echo 0) $unit"
done
for url in $URLS; do item urls "$(http_status "$url" 3) $url"; done
fact free_mb "$(df -Pk "$PROJECT_PATH" | awk 'NR == 2 { print int($4 / 1024) }')"
