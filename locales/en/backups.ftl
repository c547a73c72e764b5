# Backups: what there is, when the next ones are, what may go, and whether all is well.

actor-clock = the schedule

tier-daily = daily
tier-weekly = weekly
tier-monthly = monthly
tier-manual = by hand
tier-predeploy = before a deploy
tier-safety = before a restore

backups-none = { $project } has no backups yet. To make one now: <code>/backup { $project }</code>
backups-heading = 💾 <b>{ $project }</b>: { $count ->
    [one] { $count } backup
   *[other] { $count } backups
} · page { $page } of { $pages }
backups-line = { $number }. { $sign } <code>{ $name }</code>
    { $tier } · { $size } · { $ago }{ $marks }
backups-legend = ✅ proven by a trial restore · ▫️ read to its end · ❔ not verified · ❌ bad · 📌 pinned · ☁️ copied
backup-heading = { $sign } <code>{ $name }</code>
backup-of = <b>{ $subject }</b> ({ $project }, { $host }), { $tier }
backup-taken = Made { $at } ({ $ago }), { $size }
backup-proven = Proven by a trial restore { $ago }; it took { $span }
backup-decoded = Read to its end; never restored on trial
backup-unverified = Written, but never read to its end: not to be relied on
backup-bad = Not to be relied on: { $reason }
backup-encrypted = Encrypted
backup-plain = Not encrypted
backup-pinned = 📌 Pinned by { $who }
backup-copy-done = ☁️ The copy is there, and checked
backup-copy-pending = ☁️ The copy is on its way
backup-copy-failed = ☁️ The copy failed; I will try again
backup-rows = Rows: { $count }, tables: { $tables }
backup-is-pinned = 📌 <code>{ $name }</code> stays until somebody unpins it.
backup-is-unpinned = <code>{ $name }</code> is unpinned: the schedule decides again.
bad-missing = the file is not there
bad-changed = the file is no longer what was written
bad-other = { $code }

button-backups-schedule = 🗓 Schedule
button-backups-dbsize = 📈 Sizes
button-backups-cleanup = 🧹 Clean up
button-backups-list = 💾 All
button-backup-get = ⬇️ Download
button-backup-verify = 🧪 Verify
button-backup-pin = 📌 Pin
button-backup-unpin = Unpin
button-backup-restore = ♻️ Restore
button-cleanup = 🗑 Delete: { $count }
button-cleanup-all-the-same = 🗑 Delete all the same: { $count }

download-done = 💾 { $subject }, { $at }. sha256: <code>{ $sha256 }</code>
download-large = <code>{ $name }</code> is { $size }, and Telegram takes 50 MB from a bot. Fetch it yourself:
    { $commands }
download-plain = <code>{ $name }</code> is not encrypted, so I do not send it into a chat. Fetch it yourself:
    { $commands }
download-failed = <code>{ $name }</code> ({ $size }) could not be fetched. Fetch it yourself:
    { $commands }

schedule-heading = 🗓 <b>The next backups</b>
schedule-project = <b>{ $project }</b>
schedule-line = { $at } · { $kind }
schedule-daily = daily
schedule-weekly = weekly
schedule-monthly = monthly
schedule-drill = trial restore
schedule-keep = Kept: { $daily } days, { $weekly } weeks, { $monthly } months
schedule-off = off: <code>backups.schedule</code> in lotsman.yml
schedule-none = Nothing to back up: your projects have no databases.
weekday-0 = Mon
weekday-1 = Tue
weekday-2 = Wed
weekday-3 = Thu
weekday-4 = Fri
weekday-5 = Sat
weekday-6 = Sun

cleanup-heading = 🧹 <b>{ $project }</b>: { $count ->
    [one] { $count } file
   *[other] { $count } files
} may go, which frees { $size }. Nothing has been deleted yet.
cleanup-nothing = 🧹 <b>{ $project }</b>: nothing to clean up.
cleanup-here = { $host }: delete { $gone }, keep { $stay }
cleanup-copies = ☁️ copies of { $host }: delete { $gone }, keep { $stay }
cleanup-line = { $sign } { $name } · { $size } · { $ago } · { $why }
cleanup-unknown = Not my files, left alone ({ $count }):
cleanup-refused-most = ⚠️ That is more than half. I do not do such a thing by myself: see whether it is meant.
cleanup-refused-all = ⛔ This would delete everything. I do not do that.
cleanup-document = Every file of { $project }, and why it stays or goes.
cleanup-changed = Something has changed since, so I delete nothing. This is how it is now:
cleanup-begun = Cleaning up { $project }. The team’s chat shows what became of it.
keep-period = the newest of its period
keep-pinned = pinned
keep-in-use = somebody works with it right now
keep-released = needed for a way back to a release
keep-last-good = the last good one
keep-manual = one of the newest made by hand
keep-predeploy = fresh, from before a deploy
keep-safety = fresh, from before a restore
keep-config = config files
keep-fresh = not verified, but fresh
keep-nothing-better = not verified, but there is no newer good one
keep-missing = the file is gone already
keep-changed = not the file that was written: look yourself
drop-over = there are enough newer ones
drop-same-period = there is a newer one of that period
drop-manual = enough newer ones were made by hand
drop-predeploy = that deploy is long past
drop-safety = that restore is long past
drop-config = enough newer config files
drop-unverified = not verified, and there is a newer good one
drop-bad = bad, and there is a newer good one

dbsize-heading = 📈 <b>{ $project }</b>
dbsize-line = <b>{ $name }</b>: { $size }{ $change }
dbsize-change = {" "}· { $days } d { $size }
dbsize-all = All in all { $size }
dbsize-none = I do not know how large the databases of { $project } are: there are none, or they were never measured.
growth-caption = How { $project } grows
picture-size = MB

digest-heading = { $sign } <b>Backups, this week</b>
digest-proven = { $count ->
    [one] { $count } database
   *[other] { $count } databases
}, { $proven } proven restorable.
digest-oldest = The oldest point to go back to: { $day }. { $files } files, { $size }.
digest-freed = The next cleanup frees { $size }.
digest-nothing-freed = Nothing to clean up for now.
digest-late = ⏰ No fresh backup: { $names }
digest-unproven = 🧪 Not proven lately: { $names }
digest-bad = ❌ Bad files: { $count }
digest-uncopied = ☁️ Without a copy elsewhere: { $count }
digest-keys = 🔑 Nobody has shown that the key is still there: { $keys }. /backup proof
digest-more = More: /backups

proof-asked = 🔑 <b>Is the backup key still there?</b> Backups of { $projects } are encrypted for <code>{ $recipient }</code>: without its secret half nobody can open them. Decrypt this file with it, and send me the word inside:
    <code>age -d -i key.txt { $file }</code>
    <code>/backup proof WORD</code>
proof-right = 🔑 That is it: the key <code>{ $recipient }</code> is still there.
proof-old = That word for <code>{ $recipient }</code> is of an old question ({ $at }), or was said already. /backup proof sends the one that counts
proof-wrong = ❌ Not the word. To get the file again: /backup proof
proof-none = 🔑 I am not asking about any key now: there is nothing to answer.

trouble-backup-late = The backup of { $subject } is late ({ $tier ->
    [weekly] weekly
    [monthly] monthly
   *[daily] daily
}): the last good one is { $hours } h old
trouble-backup-none = There is no backup of { $subject } at all ({ $tier ->
    [weekly] weekly
    [monthly] monthly
   *[daily] daily
}), after { $hours } h of schedule
trouble-backup-shrunken = The backup of { $subject } is suspiciously small: { $percent } % of the usual ({ $file })
trouble-backup-damaged = Backups of { $subject }: { $why ->
    [missing] the file { $file } is not there
    [changed] the file { $file } is no longer what was written
   *[other] the file { $file } is bad
}. Files like that: { $count }
trouble-backup-failed = { $kind ->
    [daily] The daily backup
    [weekly] The weekly backup
    [monthly] The monthly backup
   *[drill] The trial restore of { $subject }
} failed; failures in a row: { $count }
trouble-drill-late = The backup of { $subject } was not restored on trial for { $hours } h
trouble-drill-none = The backup of { $subject } was never restored on trial
trouble-disk-filling = The disk with the backups is full in about { $days } days: { $free_mb } MB free
trouble-cleanup-refused = Cleaning up backups would delete too much ({ $count }): a person has to look, /backup cleanup
trouble-copies-waiting = Copying backups elsewhere fails; I go on trying. The backups on the server are fine
trouble-keep-none = backups.keep would leave no good backup at all; the last one stays all the same ({ $count })
trouble-key-unproven = Nobody has shown that the backup key { $recipient } is still there: I have been asking for { $days } days. Without it backups cannot be opened: /backup proof

error-unknown-backup = There is no backup <code>{ $name }</code>.{ $near } All of them: /backups

reason-backups-left = some files stay: they are not what the catalogue says any more.
reason-rclone-missing = there is no rclone on the server, and backups.copy_to asks for it.
reason-copy-failed = not everything could be copied. The backups on the server are fine; I will try again.
reason-copies-unreachable = the copies cannot be reached. I will try again.
reason-too-many-files = the backup folder holds too many files to list them at once.
reason-backup-unread = the backup file could not be read.
problem-clock = { $detail }: write 02:00, sun 03:00, 1 04:00 (a day up to 28) or off
problem-remote = { $detail }: write remote:path, with a remote that rclone knows on the server

step-drop-backups = Delete old backups
step-drop-copies = Delete old copies
step-copy-backups = Copy backups
runbook-cleanup-backups = cleanup of backups
runbook-copy-backups = copying of backups
ended-cleanup-backups-failed = ❌ Not everything was deleted
ended-copy-backups-failed = ❌ Not everything was copied
result-cleanup-backups-succeeded = { $sign } <b>{ $project }</b>: old backups are cleaned up. { $who }, { $span }
result-cleanup-backups-failed = { $sign } <b>{ $project }</b>: not all of cleanup #{ $run } worked.
result-copy-backups-failed = { $sign } <b>{ $project }</b>: not all of copying #{ $run } worked. The backups on the server are fine.

help-backups = /backups <i>project</i>: what backups there are; also /backup schedule, verify, download, pin, cleanup, digest, proof
help-dbsize = /dbsize <i>project</i>: how large databases are, and how they grow
menu-backups = 🗄 Backups
menu-dbsize = 📈 Database sizes
menu-about-backups = What backups there are
menu-about-dbsize = How large databases are
