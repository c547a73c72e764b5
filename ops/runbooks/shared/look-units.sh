# shellcheck shell=sh
# Are the units there, and may we do with them what the run will? sudo.sh comes first.
for unit in $SERVICES; do
    fact unit "$unit"
    [ "$(systemctl show -p LoadState --value "$unit")" = loaded ] || refuse unit-missing
    for verb in $UNIT_VERBS; do
        may systemctl "$verb" "$unit" || { fact denied "systemctl $verb $unit"; refuse sudo-denied; }
    done
    echo "$unit: $(systemctl show -p ActiveState --value "$unit")"
done
