#!/bin/sh
# shellcheck disable=SC2154  # what is included sets new_image
# The project's own tests in a container of the new image: without a network and without the service's settings,
# because tests must not meet what the project works with.
# include: compose.sh
# include: services.sh
# include: roll.sh
# include: new-image.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
new_files
new_image "$TESTS_SERVICE"
asked_container=lotsman-tests-$PROJECT-$STAMP
in_words "$TESTS" docker run --rm --network none --name "$asked_container" "$new_image" || fail tests-failed
