#!/bin/sh
# Seals $WORD for $RECIPIENT alone, as text: only who holds the secret key can say it. Writes nothing.
command -v age >/dev/null || refuse age-missing
printf '%s\n' "$WORD" | age -a -r "$RECIPIENT"
