#!/bin/sh
# How many bytes a PostgreSQL database takes.
# include: postgres-login.sh
bytes=$(ask_database 'SELECT pg_database_size(current_database())') || fail database-unreachable
fact database_bytes "$bytes"
