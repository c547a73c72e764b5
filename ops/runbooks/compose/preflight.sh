#!/bin/sh
# shellcheck disable=SC2154  # what is included sets name, services and notes
# Everything that could stop the deploy half way is looked at before the first change.
# include: compose.sh
# include: services.sh
# include: new-image.sh
cd "$PROJECT_PATH" || refuse path-missing
# include: look-disk.sh
# include: look-tree.sh
# include: look-commit.sh
# include: look-config.sh
# include: look-env.sh
# include: look-needs.sh
# include: look-changes.sh
# include: look-backups.sh
find_compose
# shellcheck disable=SC2154  # look-tree.sh says what is there now
git diff --quiet "$previous" "$COMMIT" -- ':(glob)**/Dockerfile*' ':(glob)**/requirements*.txt' ':(glob)**/pyproject.toml' \
    ':(glob)**/*.lock' ':(glob)**/package*.json' ':(glob)**/composer.json' ':(glob)**/go.mod' || fact requirements_changed yes
if [ -n "$MIGRATE_SERVICE" ]; then
    git diff --name-only --diff-filter=A "$previous" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
        while IFS= read -r file; do item migrations "${file##*/}"; done
fi
new_files
for service in $COMPOSE_SERVICES $MIGRATE_SERVICE $RELOAD_SERVICE $TESTS_SERVICE; do
    has_service "$service" || { fact service "$service"; refuse compose-service; }
done
cd "$PROJECT_PATH" || refuse path-missing
short_gap=
for service in $(deployed); do
    item services "$service"
    [ -n "$(running "$service")" ] || continue
    # A way back starts what runs now once more.
    if [ -z "$(image_id "$(docker inspect --format '{{.Image}}' "$(one_running "$service")")")" ]; then
        fact imageless "$service"
        warn way-back-images
    fi
    # A ready-made image of the same name is not replaced.
    [ "$(field "$service" 2)" = build ] || [ "$(docker inspect --format '{{.Config.Image}}' "$(one_running "$service")")" != "$(image_of "$service")" ] || continue
    case $(why_not_twice "$service") in
    - | strategy) ;;
    *) short_gap="$short_gap $service" ;;
    esac
done
if [ -n "$short_gap" ]; then
    fact short_gap "${short_gap# }"
    warn recreated-in-place
fi
# shellcheck disable=SC2154  # look-tree.sh says what is there now
echo "$previous -> $COMMIT, project $name:"
printf '%s\n' "$services"
git --no-pager log --oneline --max-count=20 "$previous..$COMMIT"
