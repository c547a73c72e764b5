#!/bin/sh
# Brings the database's structure up to the new code.
# include: site.sh
# include: migrations.sh
cd "$(release_path)" || refuse path-missing
if ! ask_migrations; then
    artisan --version || fail artisan-fails
elif [ -n "$migrations" ]; then
    before=$(pending_migrations | count_lines)
    # A table we cannot read is left to artisan.
    [ "$before" != 0 ] || [ -z "$(applied_migrations)" ] || skip migrations-applied
fi
if ! artisan migrate --force; then
    ask_migrations >/dev/null && fact migration "$(pending_migrations | head -n 1)"
    fail artisan-migration-failed
fi
fact migrations_applied "${before:-0}"
