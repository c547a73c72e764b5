# What is said about a deploy, a rollback, a backup: the living card and the result.

runbook-deploy = deploy
runbook-rollback = rollback
runbook-backup = backup
runbook-verify = check of a backup
runbook-preflight = look ahead
runbook-restart = restart
runbook-other = { $name }
runbook-titled = “{ $title }”

run-heading = { $sign } <b>{ $project }</b> · { $runbook } #{ $run } · { $who }
run-wanted = Version: <code>{ $ref }</code>
run-change = <code>{ $old }</code> → <code>{ $new }</code>
run-change-ref = <code>{ $old }</code> → <code>{ $new }</code> ({ $ref })
run-commits = { $count ->
    [one] { $count } new commit
   *[other] { $count } new commits
}
run-undone = { $count ->
    [one] back by { $count } commit
   *[other] back by { $count } commits
}
run-migrations = { $count ->
    [one] { $count } migration
   *[other] { $count } migrations
}
run-requirements = other dependencies
run-elapsed = ⏱ { $span }
run-undoing = <b>Putting it back as it was</b>
run-accepted = Accepted: #{ $run }, { $project }. Follow it in the team's chat.
run-log = Log of #{ $run }, { $project }

state-undoing = ↩️ That did not work. Going back to <code>{ $old }</code>…
state-undoing-on = ↩️ { $hosts }: that did not work. Going back to <code>{ $old }</code> there…
state-undoing-plain = ↩️ That did not work. Putting it back as it was…
state-cancelling-back-plain = 🚫 { $who } cancels, putting it back as it was…
state-cancelling = 🚫 { $who } cancels, stopping…
state-cancelling-back = 🚫 { $who } cancels, going back to <code>{ $old }</code>…
state-waiting = 🕐 Place in line: { $position }. It begins as soon as the project is free
state-asking = ❓ Waiting for an answer: how did “{ $step }” end on { $host }?

ended-succeeded = ✅ Done
ended-rejected = ⛔ Not started, nothing was changed
ended-failed = ❌ Failed, nothing was changed
ended-backup-failed = ❌ Not everything worked: the result says what did not
ended-verify-failed = ❌ It did not pass: the result says why
ended-rolled-back = ↩️ Failed, back on <code>{ $old }</code>
ended-rollback-failed = 🆘 Failed, and so did the way back to <code>{ $old }</code>: a person is needed
ended-rolled-back-plain = ↩️ Failed, everything is back as it was
ended-rollback-failed-plain = 🆘 Failed, and so did the way back: a person is needed
ended-preflight-succeeded = ✅ Ready to deploy
ended-preflight-rejected = ⛔ Not ready to deploy
ended-preflight-failed = ⛔ Not ready to deploy
ended-restart-rolled-back = ↩️ Not at the first try; at the second the services came up
ended-partial = ⚠️ Only some of the servers have the new version
ended-cancelled = 🚫 Cancelled{ $changed ->
    [back] , back on <code>{ $old }</code>
    [undone] , everything is back as it was
    [halfway] : what was done stays as it is
   *[no] , nothing was changed
}
ended-unknown = ❓ How the step ended is unknown: please look at the server

result-deploy-succeeded = { $sign } <b>{ $project }</b>: { $old } → <b>{ $new }</b>, all is well. { $who }, { $span }
result-rollback-succeeded = { $sign } <b>{ $project }</b>: back on <b>{ $new }</b> (was { $old }), all is well. { $who }, { $span }
result-backup-succeeded = { $sign } <b>{ $project }</b>: the backup is made and checked. { $who }, { $span }
result-verify-succeeded = { $sign } <b>{ $project }</b>: the backup is checked. { $who }, { $span }
result-verify-failed = { $sign } <b>{ $project }</b>: check of a backup #{ $run } failed.
result-backup-failed = { $sign } <b>{ $project }</b>: not all of backup #{ $run } worked.
result-preflight-succeeded = { $sign } <b>{ $project }</b>: { $old } → <b>{ $new }</b>, ready to deploy. { $who }, { $span }
result-preflight-rejected = { $sign } <b>{ $project }</b>: not ready to deploy.
result-preflight-failed = { $sign } <b>{ $project }</b>: not ready to deploy.
result-restart-succeeded = { $sign } <b>{ $project }</b>: restarted, all is well. { $who }, { $span }
result-restart-rolled-back = { $sign } <b>{ $project }</b>: something went wrong after restart #{ $run }. The services were started once more, and now all is well.
result-restart-rollback-failed = { $sign } <b>{ $project }</b>: after restart #{ $run } the services are not well, and a second try did not help. The server waits for a person.
result-succeeded = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } is done. { $who }, { $span }
result-rejected = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } was not started, nothing was changed.
result-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, nothing was changed.
result-rolled-back = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, back on <b>{ $old }</b>.
result-rollback-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, and so did the way back to { $old }. The server waits for a person.
result-rolled-back-plain = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, everything is back as it was.
result-rollback-failed-plain = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, and so did the way back. The server waits for a person.
result-partial = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } did not succeed everywhere, the servers have different versions. Finish the rest, or take all back.
result-cancelled = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } was cancelled ({ $who }), { $changed ->
    [back] back on <b>{ $old }</b>.
    [undone] everything is back as it was.
    [halfway] what was done stays as it is. Resume it, or roll back.
   *[no] nothing was changed.
}
result-unknown = { $sign } <b>{ $project }</b>: { $why ->
    [unlocked] the project was freed ({ $who }: { $reason }). How { $runbook } #{ $run } ended is unknown: please look at the server before you start again.
    [aborted] { $runbook } #{ $run } was ended as it stands ({ $who }). Please look at the server before you start again.
   *[lost] { $runbook } #{ $run } broke off, and how the step ended is unknown. Please look at the server before you start again.
}

failed-where = <b>{ $host }</b>, “{ $step }”{ $code ->
    [none] {""}
   *[other] {", "}exit code { $code }
}:
failed-back = On the way back, “{ $step }”:
backup-line = 💾 <code>{ $path }</code>, { $size }

runs-heading = <b>Latest</b>
runs-none = Nothing has been run yet. Begin with /deploy
runs-line = { $sign } #{ $run } { $project } · { $runbook }{ $has_ref ->
    [yes] {" "}<code>{ $ref }</code>
   *[no] {""}
} · { $who } · { $at } · { $span }

word-succeeded = it succeeded
word-rejected = it was not started
word-failed = it failed
word-rolled-back = it failed and was taken back
word-rollback-failed = it failed, and so did the way back
word-partial = it did not succeed everywhere
word-cancelled = it was cancelled
word-unknown = nobody knows how

cancel-nothing = Nothing is running.
cancel-which = Which one?
cancel-over = #{ $run } is over: { $result }.
cancel-undoing = #{ $run } is on its way back to the version before. Please wait: breaking that off would leave the server on nothing.

host-halfway = stopped half way
host-failed = failed: { $step }
settled-ok = { $who }: done
settled-failed = { $who }: not done
attention = ❓ <b>{ $project }</b> #{ $run }: nobody knows how “{ $step }” ended on <b>{ $host }</b>. It began { $since }, its end was not seen.
attention-ways = Please look at the server and choose: run the step again, take it as done, put everything back, or end here and touch nothing. Until then the project is busy.
answer-retry = Run it again
answer-done = It is done
answer-back = Roll back
answer-abort = End here
attention-answered = 🔎 <b>{ $project } #{ $run }</b> · { $host }: “{ $step }” → { $answer } ({ $who })
answer-late = #{ $run } does not ask this any more.
cancel-how = #{ $run }, { $project }: something was changed already. How shall it stop?
unlock-free = Nothing holds <b>{ $project }</b>.
plan-heading = <b>{ $project }</b>: what /deploy would do
plan-steps = { $count ->
    [one] { $count } step, its script is in the file
   *[other] { $count } steps, their scripts are in the file
}
plan-hosts = Servers in turn: { $waves }

down-soon = ⏸ <b>{ $project }</b> will be stopped for a moment
down-now = ⏸ <b>{ $project }</b>{ $host ->
    [no] {""}
   *[other] {" "}on { $host }
} is stopped · { $span }
down-was = ⏸ Was down: { $spans }
down-still = ⏸ <b>{ $project }</b>{ $host ->
    [no] {""}
   *[other] {" "}on { $host }
} is still stopped

measured = ⏱ p95 { $before } → { $after } ms{ $verdict ->
    [slower] {" "}⚠️ slower
    [failing] {" "}⚠️ more errors
    [unclear] : too few answers to compare
   *[steady] : no clear change
}{ $errors ->
    [0] {""}
   *[other] . Errors: { $errors } of { $requests }
}. Load { $load_before } → { $load_after }
picture-caption = 📈 <b>{ $project }</b> #{ $run }: before and after
picture-time = response, ms
picture-load = load
picture-before = before: p50 { $p50 }, p95 { $p95 } ms
picture-after = after: p50 { $p50 }, p95 { $p95 } ms

actor-probation = probation
probation-watching = 👀 On probation until { $until }
probation-good = 👀 { $span } on probation: all is well
probation-superseded = 👀 The probation is over: a new run has begun
probation-kept = 👀 Left as it is
trouble = 🚨 <b>{ $project }</b>: the new version <b>{ $new }</b> (#{ $run }) does not hold
trouble-reason = <b>{ $host }</b>, “{ $step }”: { $why }
trouble-times = { $count ->
    [one] ({ $count } time in a row)
   *[other] ({ $count } times in a row)
}
trouble-failing = the check fails.
trouble-returning = ↩️ Taking it back to <b>{ $old }</b>: #{ $back }
trouble-busy = I wanted to take it back, but the project is busy: #{ $busy }. It is up to you.
trouble-kept = It stays as it is, says { $who }
trouble-logs = Logs
trouble-keep = Keep
trouble-back = Roll back
