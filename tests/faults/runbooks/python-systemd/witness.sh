#!/bin/sh
# One step of the tests' runbook. It puts on record that it runs, and does what the ref asks for.
job=${LOTSMAN_ACK##*/}
job=${job%.ack}
note() {
    echo "$job $1" >>"$PROJECT_PATH/witness"
    sync "$PROJECT_PATH/witness"
}
note begun
step=${job##*-}
case $REF.$step in
longer*.3s*) for line in 1 2 3 4 5 6 7 8 9 10; do echo "line $line" && sleep 1; done ;;
long*.3s*) for line in 1 2 3 4 5 6; do echo "line $line" && sleep 0.5; done ;;
slow*.3s*) sleep 15 ;;
slow*.4s*) sleep 2 ;;
wait*.3s*) sleep 60 ;;
flood-*.3s*) yes "a line like any other" | head -c "${REF#flood-}000000" ;;
oneline*.3s*) head -c 10000000 /dev/zero | tr '\0' x ;;
binary*.3s*) head -c 3000000 /dev/urandom ;;
*) echo "step $step of $REF" ;;
esac
note ended
case $REF.$step in fail*.4s*) exit 3 ;; esac
