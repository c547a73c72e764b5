# What is said about a deploy, a rollback, a backup: the living card and the result.

runbook-deploy = deploy
runbook-rollback = rollback
runbook-backup = backup

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
state-cancelling = 🚫 { $who } cancels, stopping…

ended-succeeded = ✅ Done
ended-rejected = ⛔ Not started, nothing was changed
ended-failed = ❌ Failed, nothing was changed
ended-rolled-back = ↩️ Failed, back on <code>{ $old }</code>
ended-rollback-failed = 🆘 Failed, and so did the way back to <code>{ $old }</code>: a person is needed
ended-cancelled = 🚫 Cancelled
ended-unknown = ❓ How the step ended is unknown: please look at the server

result-deploy-succeeded = { $sign } <b>{ $project }</b>: { $old } → <b>{ $new }</b>, all is well. { $who }, { $span }
result-rollback-succeeded = { $sign } <b>{ $project }</b>: back on <b>{ $new }</b> (was { $old }), all is well. { $who }, { $span }
result-backup-succeeded = { $sign } <b>{ $project }</b>: the backup is made and checked. { $who }, { $span }
result-succeeded = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } is done. { $who }, { $span }
result-rejected = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } was not started, nothing was changed.
result-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, nothing was changed.
result-rolled-back = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, back on <b>{ $old }</b>.
result-rollback-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } failed, and so did the way back to { $old }. The server waits for a person.
result-cancelled = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } was cancelled ({ $who }), { $changed ->
    [yes] back on <b>{ $old }</b>.
   *[no] nothing was changed.
}
result-unknown = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } broke off, and how the step ended is unknown. Please look at the server before you start again.

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
word-cancelled = it was cancelled
word-unknown = nobody knows how

cancel-nothing = Nothing is running.
cancel-which = Which one?
cancel-over = #{ $run } is over: { $result }.
cancel-undoing = #{ $run } is on its way back to the version before. Please wait: breaking that off would leave the server on nothing.
