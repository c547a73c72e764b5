# Restoring a backup: the question, the answers, the steps, the result.

restore-list = What shall be restored in <b>{ $project }</b>?
restore-list-line = { $sign } <code>{ $name }</code> · { $size } · { $ago }
restore-list-none = <b>{ $project }</b> has no whole backup yet. To make one: /backup { $project }
restore-ask = ⚠️ <b>{ $project }</b>: the backup of <b>{ $at }</b> ({ $ago }) takes the place of the database <code>{ $subject }</code>.
restore-ask-rollback = ⚠️ <b>{ $project }</b> → <code>{ $ref }</code>, with the data that <code>{ $subject }</code> had at <b>{ $at }</b> ({ $ago }).
restore-loses = 🗑 { $count ->
    [one] { $count } row that the backup has not will be gone:
   *[other] { $count } rows that the backup has not will be gone:
}
restore-table = <code>{ $table }</code> −{ $rows }
restore-loses-nothing = 🗑 There are no rows now that the backup has not. Changes within rows are not counted.
restore-brings = ➕ { $count ->
    [one] { $count } row that is not there now comes back.
   *[other] { $count } rows that are not there now come back.
}
restore-loss-unknown = 🗑 How many rows will be gone could not be counted: all that was written after { $at }.
restore-proven = ⏱ About { $span }, proven by a trial restore { $ago }.
restore-unproven = ⚠️ It was never restored on trial: the file is whole, but how long it takes is not known.
restore-kept = The database as it is stays beside it for a day: /restore undo
restore-needs-second = 👥 This is production: another person has to agree then.
restore-type = To begin, write within { $span }: <code>{ $command }</code>
restore-second = 👥 <b>{ $project }</b> · production. { $who } asks to { $kind ->
    [undo] undo the last restore of the database <code>{ $subject }</code>
    [rollback] go back to <code>{ $ref }</code> with the data of <code>{ $subject }</code> from <code>{ $name }</code>
   *[restore] put the backup <code>{ $name }</code> in the place of the database <code>{ $subject }</code>
}. Another person has to agree, within { $span }.
restore-agreed = ✅ { $who } agrees: #{ $run }
restore-withdrawn = 🚫 { $who } calls it off: nothing was changed.
restore-undo-which = What shall be as it was before the restore?
button-restore-agree = I agree
button-restore-withdraw = Call it off

way-back-data = <b>{ $project }</b> → <code>{ $ref }</code>. The data from before that deploy is there as well: the backup of { $at }.
button-way-data = Code and data of { $at }
button-way-data-rows = Code and data of { $at } (−{ $rows })
button-way-steps = { $count ->
    [one] Code and { $count } migration
   *[other] Code and { $count } migrations
}

runbook-restore = restore
runbook-drop-old = tidying up
result-restore-succeeded = { $sign } <b>{ $project }</b>: restored, all is well. { $who }, { $span }. What was there stays beside it for a day: /restore undo
result-restore-rejected = { $sign } <b>{ $project }</b>: restore #{ $run } was not started. The live database is untouched.
result-restore-failed = { $sign } <b>{ $project }</b>: restore #{ $run } failed. The live database is untouched.
result-restore-rolled-back = { $sign } <b>{ $project }</b>: restore #{ $run } failed. The live database is whole, and works with the data it had.
result-restore-rollback-failed = { $sign } <b>{ $project }</b>: restore #{ $run } failed, and so did putting everything back. The server waits for a person.
ended-restore-rejected = ⛔ Not started, the live database is untouched
ended-restore-failed = ❌ Failed, the live database is untouched
ended-restore-rolled-back = ↩️ Failed, the data is as it was
result-drop-old-succeeded = { $sign } <b>{ $project }</b>: what lay beside it since the restore is gone.

step-restore-look = Can { $subject } be restored?
step-restore-safety = Backup of { $subject } before the restore
step-restore-load = Restoring { $subject } beside it
step-restore-swap = Replacing { $subject }
step-restore-drop = Dropping the old { $subject }
undo-restore-load = Dropping what was restored beside it
undo-restore-swap = { $subject } as it was

reason-database-gone = the server has no database { $database }.
reason-database-not-owned = Lotsman's user does not own the database { $database }, and so cannot replace it.
reason-createdb-missing = the database's user may not create databases (CREATEDB).
reason-aside-gone = what lay beside it is gone.
reason-restore-file-missing = the file <code>{ $backup_file }</code> is not on the server. The live database is untouched.
reason-restore-file-changed = <code>{ $backup_file }</code> is damaged: its checksum is another one. The live database is untouched.
reason-data-room-unknown = the database is on another server: whether there is room cannot be seen from here.
reason-restore-sealed = this backup is sealed, and Lotsman has no key that opens it. The live database is untouched.
reason-restore-load-failed = the backup could not be restored. The live database is untouched.
reason-restore-differs = what was restored is not what was saved: { $table }: { $rows_there } instead of { $rows_wanted }. The live database is untouched.
reason-database-settings-lost = some settings of the database (ALTER DATABASE … SET, GRANT CONNECT) could not be restored.
reason-sessions-remain = somebody is connected to the database and cannot be disconnected.
reason-swap-failed = it could not be replaced.
reason-folder-in-container = the folder { $folder } is in a container: it cannot be replaced from here.
reason-folder-unwritable = the folder that it is in cannot be written to.
reason-folder-not-ours = the folder { $folder } is somebody else's: what is restored would not be theirs.
reason-definers-foreign = { $definers } views, triggers or routines of { $database } belong to another user, and could not be made anew after the swap. Name restore_as.
reason-create-missing = the database's user may not make databases called NAME__….
reason-drop-failed = it could not be dropped.
hint-createdb-missing = On the database's server: <code>ALTER ROLE … CREATEDB</code>
hint-restore-file-changed = There are other backups: /restore
hint-restore-load-failed = There are other backups: /restore. The lines above say where it stopped.
hint-restore-differs = There are other backups: /restore

error-cannot-restore = { $why ->
    [unknown] There is no backup <code>{ $name }</code>. To see which there are: /restore
    [bad] <code>{ $name }</code> is damaged and cannot be restored. The live database is untouched. Others: /restore
    [unread] <code>{ $name }</code> has not been read to its end yet. To check it: <code>/backup verify { $name }</code>
    [config] Config files come back with their version: /rollback
    [unlisted] { $name }: lotsman.yml does not have this any more.
    [nothing] There is nothing to undo: nothing was restored in <b>{ $name }</b> within a day.
    [unasked] There is no such question. Begin with <code>/restore { $name }</code>
    [other] Whoever began it has to type the name.
    [expired] Time is up. Begin again: <code>/restore { $name }</code>
    [word] That is another name, so nothing is done. It has to be: <code>/restore { $name } { $detail }</code>
    [same] It takes another person to agree.
    [over] This is settled already{ $detail ->
        [0] {""}
       *[other] : #{ $detail }
    }.
   *[engine] <code>{ $name }</code> cannot be restored from here.
}
