# shellcheck shell=sh
# revisions: of what alembic prints, the words that are revisions: one begins a line, and perhaps "(head)" follows.
revisions() { sed -n 's/^\([0-9A-Za-z_]\{1,\}\)\( (.*)\)\{0,1\}$/\1/p' | sort; }
# name_migrations: of the SQL that alembic prints, with each migration's name in front of its statements, as say-sql.sh has it.
name_migrations() { sed 's/^-- Running upgrade .*-> \([0-9A-Za-z_, ]*\)$/-- migration: \1/'; }
