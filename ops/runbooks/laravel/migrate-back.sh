#!/bin/sh
# Takes the last $STEPS_BACK migrations back. The version that is live does that, before it goes: only it knows how.
# include: site.sh
# include: migrations.sh
cd "$PROJECT_PATH" || refuse path-missing
ask_migrations || refuse database-unreachable
before=$(applied_migrations | count_lines)
[ "$before" -ge "$STEPS_BACK" ] || { fact migrations_there "$before"; refuse migrations-too-few; }
artisan migrate:rollback --force --step="$STEPS_BACK" || fail migrate-back-failed
ask_migrations || fail migrate-back-failed
after=$(applied_migrations | count_lines)
fact migrations_back $((before - after))
# Laravel calls it a success when it did not find the file of a migration.
[ $((before - after)) = "$STEPS_BACK" ] || fail migrate-back-failed
