#!/bin/sh
# shellcheck disable=SC2154  # what is included sets name, services and notes
# Gives the images of all that runs a name, so that they are there to go back to.
# include: compose.sh
# include: services.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
docker image ls --format '{{.Repository}}:{{.Tag}}' lotsman | grep -F "lotsman:$name.before." |
    while IFS= read -r tag; do docker rmi --no-prune "$tag" >/dev/null; done
running_before=
for service in $(docker ps --filter "label=com.docker.compose.project=$name" --filter label=com.docker.compose.oneoff=False \
    --format '{{.Label "com.docker.compose.service"}}' | sort -u); do
    image=$(docker inspect --format '{{.Image}}' "$(one_running "$service")") || fail images-not-kept
    for release in before "$PREVIOUS_COMMIT"; do pin "$service" "$release" "$image" || fail images-not-kept; done
    running_before="$running_before $service"
    echo "$service: $image"
done
fact running_before "${running_before# }"
