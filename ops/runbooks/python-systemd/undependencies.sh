#!/bin/sh
# Installs the dependencies of the version before. Its file is taken from git, because the work tree
# still holds the new one: undoing goes backwards.
# include: install.sh
cd "$PROJECT_PATH" || refuse path-missing
scratch=$(mktemp -d) || fail install-failed
trap 'rm -rf "$scratch"' EXIT
git archive "$PREVIOUS_COMMIT" | tar -xf - -C "$scratch" || fail install-failed
install_requirements "$scratch"
