# shellcheck shell=sh
# env_value FILE NAME: a variable of one of the project's files, read as dotenv does: the last one counts, quotes go,
# and so does a comment behind a value without quotes.
env_value() {
    [ -r "$PROJECT_PATH/$1" ] || return 0
    # Not as an operand: awk takes one with "=" for an assignment, and some take /dev/fd/… for a descriptor.
    NAME=$2 awk '
        BEGIN { name = ENVIRON["NAME"] }
        {
            line = $0
            sub(/^[ \t]*(export[ \t]+)?/, "", line)
            if (substr(line, 1, length(name)) != name) next
            line = substr(line, length(name) + 1)
            if (line !~ /^[ \t]*=/) next
            sub(/^[ \t]*=[ \t]*/, "", line)
            sub(/[ \t\r]+$/, "", line)
            quote = substr(line, 1, 1)
            if (quote != "\"" && quote != "\047") {
                sub(/[ \t]+#.*$/, "", line)
                value = line
                next
            }
            value = ""
            for (i = 2; i <= length(line); i++) {
                letter = substr(line, i, 1)
                if (letter == quote) break
                if (letter == "\\" && quote == "\"") letter = substr(line, ++i, 1)
                value = value letter
            }
        }
        END { printf "%s", value }' <"$PROJECT_PATH/$1"
}
