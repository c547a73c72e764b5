# What stands between a wish and a change: what migrations would do to the version that runs, and what was refused.

button-go-on-migrations-dangerous = Deploy with these migrations

step-migrations = What the migrations will do
reason-migrations-dangerous = the migrations may break the version that runs now, and the way back to it. Nothing was changed.
hint-migrations-dangerous = The rule is “only add”: a new column may be empty or has a default, what is old goes in a later release. An admin can allow exactly this SQL with the button.
reason-migrations-unreadable = the migrations' files cannot be read.
reason-scratch-unwritable = there is no room for temporary files.

finding-drop-table = removes the table { $subject }
finding-drop-column = removes the column { $subject }
finding-drop-other = removes { $subject }
finding-rename = renames { $subject }
finding-not-null = { $subject } may no longer be empty: the version that runs does not fill it in
finding-type = changes the type of { $subject }
finding-truncate = empties the table { $subject }
finding-delete-all = deletes all rows of { $subject }
finding-lock-index = builds an index, and nobody can write to { $subject } meanwhile{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-constraint = checks all rows of { $subject } under a lock{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-rewrite = rewrites all of { $subject } under a lock{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-update = changes all rows of { $subject } at once{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-other = locks { $subject }{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-unclear = cannot be judged: please read it
finding-unseen = what they run cannot be told beforehand: { $subject }. The log says why
finding-too-long = the SQL is too long to be judged: { $size }
finding-garbled = the SQL did not arrive as the server sent it

step-check-version = The new version answers
reason-version-unsaid = it does not say which version serves.
reason-old-code = old code still serving: { $proof ->
    [process] service { $unit } was not started anew, its process is { $process_age } s old.
   *[answer] wanted { $version_wanted }, it says { $version_said }
}
hint-old-code = Another process may hold the port, somebody else may have started the service, or it runs from another folder. See /logs

button-go-on-known-bad = Deploy it all the same
button-go-on-would-undo = Go on all the same
reason-known-bad = this very version failed last time and was taken back: #{ $bad_run }.
hint-known-bad = If what it failed of is mended on the server, an admin can deploy it all the same. Else: mend it, and deploy the new commit.
reason-would-undo = { $count ->
    [one] this would take { $count } commit of somebody else off again:
   *[other] this would take { $count } commits of other people off again:
}
hint-would-undo = Is the branch behind? Bring it up to date. To go back on purpose there is /rollback
problem-git-author = { $detail }: a name or e-mail without control characters is needed

release-failed = ❌ <code>{ $name }</code> ({ $ref }) · { $who }, { $ago } · failed: #{ $run }
release-failed-tag = ❌ <code>{ $name }</code> · { $who }, { $ago } · failed: #{ $run }
release-migrations = { $count ->
    [one] { $count } migration stays
   *[other] { $count } migrations stay
}
way-back-migrations = <b>{ $project }</b> → <code>{ $ref }</code>: { $count ->
    [one] it does not know { $count } migration that is applied:
   *[other] it does not know { $count } migrations that are applied:
}
way-back-how = As long as they only added something, the code alone is enough. Taking them back deletes what was stored in what they added; a backup is made before.
way-back-backup = 💾 Newest backup: <code>{ $path }</code>, { $size }, { $ago }
button-way-code = Code only
button-way-down = Code and migrations
run-kept-migrations = { $count ->
    [one] { $count } migration stays
   *[other] { $count } migrations stay
}
step-migrate-down = Migrations back
undo-migrate-down = Migrations as they were

run-changelog = <b>CHANGELOG</b>
run-changelog-unchanged = CHANGELOG untouched
run-todos = <b>Left to be done in the new code</b>
step-tests = The project's tests
step-update-config = Config from the repository
undo-update-config = Config as it was
reason-env-missing = .env lacks parameters that are new in .env.example: { $env_missing }
hint-env-missing = Add them to .env on the server, then “Try again”.
reason-version-unmet = { $need_name } { $need_wanted } is needed, { $need_found } is there.
reason-todos-added = { $count ->
    [one] the new code has { $count } urgent TODO
   *[other] the new code has { $count } urgent TODOs
}
reason-way-back-unsure = the installed dependencies are not those that the live version asks for: a way back installs them anew
reason-tests-failed = the project's tests fail on the new commit.
reason-import-error = the new code cannot import something: { $import_error }
hint-import-error = Usually a dependency is missing in requirements, or a module has moved.
reason-config-unsaved = the config files have not been saved, so they are not replaced.
reason-config-source-missing = the repository has no { $config_file }.
reason-config-unchanged = unchanged
problem-version-wanted = { $detail }: a version is needed, such as ">=3.11"
problem-words = { $detail }: the quotes do not fit together

checklist = <b>Checklist</b>
checklist-servers = Servers
checklist-disk = Disk
checklist-tree = Clean work tree
checklist-changes = Changes and CHANGELOG
checklist-dependencies = Dependencies
checklist-versions = Versions
checklist-config = Configuration
checklist-todos = Urgent TODOs
checklist-migrations = Migrations
checklist-tests = Tests
checklist-backup = Fresh backup
checklist-way-back = Way back
checklist-free = { $size } free
checklist-no-change = unchanged
checklist-changed = changed
checklist-none = none
checklist-unasked = nothing asked for
checklist-passed = passed
checklist-old = { $span } ago
checklist-no-backup = none of { $database }
checklist-only-add = only adding
reason-way-back-images = the image that { $imageless } runs from is gone from the server: a way back would build it once more
reason-session-ends-steps = systemd would end a step together with the connection: logind has KillUserProcesses=yes, and { $session_user } does not linger. On the server: sudo loginctl enable-linger { $session_user }
