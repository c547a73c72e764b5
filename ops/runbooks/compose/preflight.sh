#!/bin/sh
# shellcheck disable=SC2154  # what is included sets name, services and notes
# Everything that could stop the deploy half way is looked at before the first change.
# include: compose.sh
# include: services.sh
cd "$PROJECT_PATH" || refuse path-missing
# include: look-disk.sh
# include: look-tree.sh
# include: look-commit.sh
# include: look-config.sh
# include: look-env.sh
# include: look-changes.sh
# include: look-backups.sh
find_compose
# The compose file of the version that is to come, beside the settings that are here.
scratch=$(mktemp -d) || refuse path-unwritable
trap 'rm -rf "$scratch"' EXIT
git archive "$COMMIT" | tar -xf - -C "$scratch" || refuse path-unwritable
for file in $CONFIG_FILES .env; do
    [ ! -r "$file" ] || { mkdir -p "$scratch/$(dirname "$file")" && cat "$file" >"$scratch/$file"; } || refuse path-unwritable
done
export COMPOSE_PROJECT_NAME="$name"
cd "$scratch" || refuse path-unwritable
# shellcheck disable=SC2034  # for read_services
config_text=$(compose config 2>/dev/null)
read_services || refuse compose-invalid
for service in $COMPOSE_SERVICES $MIGRATE_SERVICE $RELOAD_SERVICE; do
    has_service "$service" || { fact service "$service"; refuse compose-service; }
done
cd "$PROJECT_PATH" || refuse path-missing
short_gap=
for service in $(deployed); do
    item services "$service"
    [ -n "$(running "$service")" ] || continue
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
