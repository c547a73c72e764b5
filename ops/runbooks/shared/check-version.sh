#!/bin/sh
# What serves is the version that was put there: within $WITHIN_SECONDS the URL names its commit, by seven digits of
# it at least, or its tag. On the way back that is the version before, so it is the checkout that is asked which
# one it has to be; a stack without one says it by the fact live_commit.
# include: http-body.sh
wanted=${LIVE_COMMIT:-}
[ -n "$wanted" ] || wanted=$(git -C "$PROJECT_PATH" rev-parse --verify HEAD) || refuse no-repository
tags=$(git -C "$PROJECT_PATH" tag --points-at "$wanted" 2>/dev/null)
names_it() {
    # shellcheck disable=SC2016  # awk's own dollars
    WANTED=$wanted TAGS=$tags awk '
        { text = text " " $0 }
        END {
            for (many = split(ENVIRON["TAGS"], tag, "\n"); many > 0; many--) { known[tag[many]]; sub(/^v/, "", tag[many]); known[tag[many]] }
            for (many = split(text, word, /[^0-9A-Za-z._+-]+/); many > 0; many--) if (word[many] != "" && word[many] in known) exit 0
            for (many = split(tolower(text), word, /[^0-9a-z]+/); many > 0; many--) {
                sub(/^g/, "", word[many]) # as git describe writes it
                if (length(word[many]) >= 7 && index(ENVIRON["WANTED"], word[many]) == 1) exit 0
            }
            exit 1
        }'
}
waited=0
while :; do
    body=$(http_body "$URL" 5 | tr -d '\000')
    if printf '%s\n' "$body" | names_it; then
        echo "$URL names $(printf %.8s "$wanted") after $waited s"
        exit 0
    fi
    [ "$waited" -lt "$WITHIN_SECONDS" ] || break
    [ $((waited % 10)) -ne 0 ] || echo "$URL does not name $(printf %.8s "$wanted") yet"
    sleep 1
    waited=$((waited + 1))
done
fact version_said "$(printf '%s' "$body" | tr '\n' ' ' | cut -c1-160)"
fact version_wanted "$(printf %.8s "$wanted")"
fact proof answer
[ -n "$body" ] || fail version-unsaid
fail old-code
