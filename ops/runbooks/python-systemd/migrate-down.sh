#!/bin/sh
# Takes the database's structure back to what $COMMIT knows. The code that is still there knows the way down; the
# version that comes knows where to.
[ "$MIGRATIONS" = alembic ] || skip no-migrations
cd "$PROJECT_PATH" || refuse path-missing
# include: export-commit.sh
# include: alembic-revisions.sh
scratch=$(mktemp -d) || fail scratch-unwritable
trap 'rm -rf "$scratch"' EXIT
export_commit "$scratch/tree" || fail scratch-unwritable
export PYTHONDONTWRITEBYTECODE=1
"$VENV/bin/alembic" current >"$scratch/before" || fail migration-failed
fact migrations_before "$(revisions <"$scratch/before" | tr '\n' ' ')"
(cd "$scratch/tree" && "$VENV/bin/alembic" heads >"$scratch/heads") || fail migration-failed
target=$(revisions <"$scratch/heads")
case $target in '' | *[!0-9A-Za-z_]*) fail migration-failed ;; esac
"$VENV/bin/alembic" downgrade "$target" || fail migration-failed
