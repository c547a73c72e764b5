#!/bin/sh
# The containers of $CONTAINER, or of all that is deployed, are well and stay so for $STABLE_SECONDS.
# include: compose.sh
# include: services.sh
# include: roll.sh
cd "$PROJECT_PATH" || refuse path-missing
find_compose
read_services || fail compose-invalid
judged() {
    for each in ${CONTAINER:-$(deployed)}; do
        ids=$(existing "$each")
        [ -n "$ids" ] || echo "$each - missing"
        for id in $ids; do echo "$each $id $(judge "$id")"; done
    done
}
# insist LINES: none of them is bad. While some are starting: 2.
insist() {
    bad=$(printf '%s\n' "$1" | awk '$3 == "missing" || $3 == "down" { print $1, $2, $3; exit }')
    if [ -n "$bad" ]; then
        # shellcheck disable=SC2086  # three words
        set -- $bad
        fact container "$1"
        [ "$3" != missing ] || fail container-missing
        tell_of "$1" "$2"
        fail container-down
    fi
    ! printf '%s\n' "$1" | grep -q ' waiting [0-9]*$'
}
give_up_at=$(($(seconds_up) + WAIT_SECONDS))
while before=$(judged) && ! insist "$before"; do
    if [ "$(seconds_up)" -ge "$give_up_at" ]; then
        # shellcheck disable=SC2046  # two words
        tell_of $(printf '%s\n' "$before" | awk '$3 == "waiting" { print $1, $2; exit }')
        fail container-down
    fi
    sleep 1
done
sleep "$STABLE_SECONDS"
after=$(judged)
insist "$after"
if [ "$after" != "$before" ]; then
    # shellcheck disable=SC2046  # two words
    tell_of $(printf '%s\n' "$after" | while IFS= read -r line; do printf '%s\n' "$before" | grep -qxF "$line" || echo "$line"; done | awk '{ print $1, $2; exit }')
    fail container-down
fi
printf '%s\n' "$after"
