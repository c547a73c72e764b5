#!/bin/sh
# What may have gone wrong, as the logs have it: the last errors of each, and what they point to. Changes nothing.
# Only the last hundred thousand letters count: older errors are not what anybody goes back for.
pattern='(^|[^A-Za-z])(ERROR|CRITICAL|ALERT|EMERGENCY|FATAL)([^A-Za-z]|$)|\[(error|crit|alert|emerg)\]|PHP (Fatal|Parse) error|^Traceback'
point_to() {
    case $1 in
    *SQLSTATE* | *QueryException* | *psycopg* | *"migration"*) echo database ;;
    *"No application encryption key"* | *MissingAppKey* | *KeyError* | *"config/"* | *".env"*) echo config ;;
    *"Permission denied"* | *"could not be opened"*) echo permissions ;;
    *vendor/* | *ModuleNotFoundError* | *autoload*) echo dependencies ;;
    *"Connection refused"* | *upstream* | *"connect() "*) echo service ;;
    *) echo code ;;
    esac
}
old_ifs=$IFS IFS=,
for entry in $LOG_FILES; do
    IFS=$old_ifs
    name=${entry%%=*} file=${entry#*=}
    [ -r "$file" ] || { echo "$name: $file cannot be read"; continue; }
    errors=$(tail -c 100000 "$file" | grep -aE -e "$pattern" | tail -n 5 | cut -c1-500)
    [ -n "$errors" ] || { echo "$name: no errors"; continue; }
    echo "$name:"
    printf '%s\n' "$errors"
    cause=$(point_to "$(printf '%s\n' "$errors" | tail -n 1)")
    item causes "$cause $name"
    echo "$name points to: $cause"
done
IFS=$old_ifs
