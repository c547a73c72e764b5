#!/bin/sh
# Is the new version in place? Asked when nobody saw how the switch ended. Anything less than all of it is taken back.
# include: install.sh
# include: switch-units.sh
# include: switch-back.sh
lock_switch || exit 1
cd "$PROJECT_PATH" || exit 1
[ ! -e .git/index.lock ] || exit 1 # git was cut off: a person must look
[ -z "$(git status --porcelain --untracked-files=no)" ] || fail not-done
[ "$(git rev-parse --verify HEAD)" = "$COMMIT" ] || fail not-done
[ ! -e "$REQUIREMENTS" ] || has_requirements . || fail not-done
if ! switch_noted || ! restarted || ! units_up; then fail not-done; fi
