#!/bin/sh
# The checkout is what was put there: at $WANTED_COMMIT, where that is known, and with nothing changed by hand.
cd "$PROJECT_PATH" 2>/dev/null || refuse path-missing
[ -d .git ] || exit 0 # folders for releases, or no checkout at all
# Without optional locks: a deploy that works here at this moment must not be disturbed.
head=$(git --no-optional-locks rev-parse --verify HEAD 2>/dev/null) || refuse no-repository
if [ -n "${WANTED_COMMIT:-}" ] && [ "$head" != "$WANTED_COMMIT" ]; then
    fact head "$(printf %.8s "$head")"
    fact wanted "$(printf %.8s "$WANTED_COMMIT")"
    fail drift-commit
fi
dirty=$(git --no-optional-locks status --porcelain --untracked-files=no 2>/dev/null) || refuse no-repository
[ -n "$dirty" ] || exit 0
fact files "$(printf '%s\n' "$dirty" | cut -c4- | head -n 5 | paste -sd ',' - | sed 's/,/, /g')"
fail drift-dirty
