#!/bin/sh
# Prints a backup's file, and nothing else.
exec cat -- "$BACKUP_FILE"
