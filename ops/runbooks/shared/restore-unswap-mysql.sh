#!/bin/sh
# Puts the database back that was there before.
# include: mysql-login.sh
# include: mysql-server.sh
notes=$BACKUPS/safety/.$OLD_NAME
if exchanged "$OLD_NAME" "$NEW_NAME"; then
    exchange "$OLD_NAME" "$NEW_NAME" || fail swap-failed # it was cut off while it did so
elif exchanged "$NEW_NAME" "$OLD_NAME"; then
    forget_notes "$NEW_NAME"
    ! there "$NEW_NAME" || drop_emptied "$NEW_NAME" || fail swap-failed
    # Cut off in between, not every database has its definitions; they were noted when each had.
    if [ -e "$notes.$DATABASE" ] && [ -e "$notes.$NEW_NAME" ]; then
        back=$BACKUPS/safety/.$NEW_NAME
        if ! { cp "$notes.events" "$back.events" && cp "$notes.$DATABASE" "$back.$OLD_NAME" && cp "$notes.$NEW_NAME" "$back.$DATABASE"; }; then
            fail swap-failed
        fi
    fi
    exchange "$OLD_NAME" "$NEW_NAME" || fail swap-failed
else
    # The triggers may have gone already, and nothing else.
    [ ! -e "$notes.$DATABASE" ] || redefine "$DATABASE" "$notes.$DATABASE" || fail swap-failed
    [ ! -e "$notes.$NEW_NAME" ] || redefine "$NEW_NAME" "$notes.$NEW_NAME" || fail swap-failed
    ! there "$OLD_NAME" || drop_emptied "$OLD_NAME" || fail swap-failed
fi
forget_notes "$OLD_NAME"
forget_notes "$NEW_NAME"
echo "$DATABASE is as it was"
