# shellcheck shell=sh
# Are the config files there?
for file in $CONFIG_FILES; do
    [ -r "$file" ] || { fact config_file "$file"; warn config-missing; }
done
