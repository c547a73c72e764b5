# shellcheck shell=sh
# say_sql FILE DIALECT: hands over what pending migrations would run, for the bot to judge before anything is
# changed. FILE holds the statements in their order, and a line "-- migration: NAME" before each migration's own.
# DIALECT: postgres or mysql. What is too long to be handed over is said to be so, and only a person can allow it.
say_sql() {
    fact migrations_dialect "$2"
    fact migrations_sha256 "$(sha256sum <"$1" | cut -c1-64)"
    fact migrations_bytes "$(($(wc -c <"$1")))"
    sed -n 's/^-- migration: //p' "$1" | while IFS= read -r name; do item migrations "$name"; done
    if [ "$(($(wc -c <"$1")))" -le 262144 ]; then
        base64 -w 7600 "$1" | while IFS= read -r line; do item migrations_sql "$line"; done
    fi
    cat "$1"
}
# say_unseen: there are pending migrations, but what they would run cannot be told without running them. They are
# known by their files, as they are in $COMMIT; where there are none, by the commit: what is allowed is only that one.
say_unseen() {
    { git ls-tree -r "$COMMIT" -- "$MIGRATIONS_FOLDER" | grep . || echo "$COMMIT"; } | sha256sum | cut -c1-64 | {
        read -r sum
        fact migrations_sha256 "$sum"
    }
    git diff --name-only --diff-filter=d "$PREVIOUS_COMMIT" "$COMMIT" -- "$MIGRATIONS_FOLDER" |
        while IFS= read -r file; do item migrations "${file##*/}"; done
    fact migrations_unseen yes
}
