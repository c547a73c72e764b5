#!/bin/sh
# How many bytes a MySQL or MariaDB database takes.
# include: mysql-login.sh
bytes=$(ask_database 'SELECT COALESCE(SUM(data_length + index_length), 0) DIV 1
    FROM information_schema.tables WHERE table_schema = DATABASE()') || fail database-unreachable
fact database_bytes "$bytes"
