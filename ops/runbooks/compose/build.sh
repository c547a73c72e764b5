#!/bin/sh
# Has every image of this version here, and gives each a name of its own to come back to. A way back ($FROM_KEPT) takes
# those that were kept when that version was live; only what is gone is built once more.
# include: compose.sh
# include: services.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
read_services || fail compose-invalid
builds=
for service in $(deployed); do
    if [ -n "${FROM_KEPT:-}" ] && unpin "$service" "$COMMIT"; then
        echo "$service: kept since that version was live"
    elif [ -n "$BUILD_IMAGES" ] && [ "$(field "$service" 2)" = build ]; then
        builds="$builds $service"
    elif [ "$PULL_IMAGES" = always ] || [ -z "$(image_id "$(image_of "$service")")" ]; then
        fact container "$service"
        compose pull "$service" || fail pull-failed
    fi
done
if [ -n "$builds" ]; then
    [ -z "${FROM_KEPT:-}" ] || warn images-gone
    # shellcheck disable=SC2086  # names
    compose build $builds || fail build-failed
fi
for service in $(deployed); do
    pin "$service" "$COMMIT" "$(image_of "$service")" || fail images-not-kept
done
fact services_after "$(deployed)"
