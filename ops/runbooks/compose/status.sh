#!/bin/sh
# What is live here and how it does. Changes nothing.
# include: http-status.sh
# include: compose.sh
# include: services.sh
cd "$PROJECT_PATH" || refuse path-missing
commit=$(git rev-parse --verify HEAD) || refuse no-repository
fact commit "$commit"
fact name "$(git describe --tags --exact-match HEAD 2>/dev/null || git rev-parse --short=8 HEAD)"
[ -z "$(git status --porcelain --untracked-files=no)" ] || fact dirty yes
find_compose
read_services || refuse compose-invalid
for service in $(deployed); do
    ids=$(existing "$service")
    [ -n "$ids" ] || item units "inactive 0 $service"
    for id in $ids; do
        # shellcheck disable=SC2046  # words
        set -- $(docker inspect --format '{{.State.Status}}-{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.State.ExitCode}}{{.HostConfig.RestartPolicy.Name}} {{.State.StartedAt}}' "$id")
        case $1 in
        running-healthy | running-none) state=active ;;
        running-starting | created-*) state=activating ;;
        exited-*) case $2 in 0 | 0no) state=active ;; *) state=inactive ;; esac ;;
        *) state=failed ;;
        esac
        item units "$state $(date -d "$3" +%s 2>/dev/null || echo 0) $service"
    done
done
for url in $URLS; do item urls "$(http_status "$url" 3) $url"; done
fact free_mb "$(df -Pk "$PROJECT_PATH" | awk 'NR == 2 { print int($4 / 1024) }')"
