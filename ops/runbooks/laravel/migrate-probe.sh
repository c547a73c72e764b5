#!/bin/sh
# Is the structure of the database up to date? Asked when nobody saw how the migrations ended.
# include: site.sh
# include: migrations.sh
cd "$(release_path)" || exit 1
ask_migrations || exit 1
[ -z "$(pending_migrations)" ] || fail not-done
[ -n "$(applied_migrations)" ] || exit 1
