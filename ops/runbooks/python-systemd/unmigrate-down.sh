#!/bin/sh
# Brings the database's structure up again to where it was; what was deleted is in the backup alone.
cd "$PROJECT_PATH" || refuse path-missing
for revision in ${MIGRATIONS_BEFORE:-}; do
    "$VENV/bin/alembic" upgrade "$revision" || fail migration-failed
done
