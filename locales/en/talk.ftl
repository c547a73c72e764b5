# Conversation: help, menus, questions, refusals.

choose-project = Which project?
versions-deploy = What shall go live in <b>{ $project }</b>? Newest first.
versions-more = … and { $count } more: type { $command } and the name.
versions-other = Which version shall <code>{ $command }</code> have in <b>{ $project }</b>? Newest first.
versions-none = { $project } has neither branches nor tags.
versions-rollback = Where shall <b>{ $project }</b> go back to?
versions-no-way-back = There is nothing to go back to: { $project } was not deployed yet and has no tags. A commit will do: /rollback { $project } COMMIT
version-gone = This version is gone. Show the list again: /deploy
wish-gone = This offer is no longer kept. Send the command again
release-live = 🟢 <code>{ $name }</code> ({ $ref }) · { $who }, { $ago }
release-live-tag = 🟢 <code>{ $name }</code> · { $who }, { $ago }
release-earlier-tag = ▫️ <code>{ $name }</code> · { $who }, { $ago }
release-earlier = ▫️ <code>{ $name }</code> ({ $ref }) · { $who }, { $ago }


status-heading = <b>As of { $at }</b>
status-none = There are no projects for you.
status-project = { $sign } <b>{ $project }</b>
status-host = { $host }: <code>{ $name }</code> ({ $commit })
status-reached = { $host }: reached
status-unit = { $sign } { $unit } { $state }, { $since }
status-url = { $sign } { $url }: { $status }
status-dirty = ⚠️ files on the server were changed by hand
status-busy = ⏳ { $runbook } #{ $run }, { $holder }
status-last = { $sign } { $runbook } #{ $run }, { $ago }
unit-active = running
unit-inactive = stopped
unit-failed = failed
unit-activating = starting
unit-deactivating = stopping
unit-other = in an unknown state

language-which = Which language shall I speak to you?
language-chosen = English it is. In the team's chat everybody reads the same language.

late-command = <code>{ $command }</code> came late ({ $ago }), so I did not run it. Is it still wanted?
command-set-aside = <code>{ $command }</code>: I began this several times and was cut off each time, so I do not try again by myself. Is it still wanted?
press-set-aside = The button was pressed, but each time I began I was cut off. If it is still wanted, press it again.
command-unknown = There is no command <code>{ $command }</code>.{ $near } All commands: /help

refused-anonymous = I run no anonymous commands: nobody can see who asks. Switch anonymity off and type it again.
refused-forwarded = I run no forwarded commands. Please type it yourself.
refused-stranger = You are not on the list. Your id is <code>{ $id }</code>: an admin can add it to lotsman.yml
refused-other-chat = I do not work here.

help-greeting = Hello, { $name }! I am Lotsman, the pilot who brings releases into port. You are { $role }, projects: { $projects }.
help-deploy = /deploy <i>project version</i>: put a branch, tag or commit live
help-rollback = /rollback <i>project version</i>: back to a version that worked
help-preflight = /preflight <i>project version</i>: whether all is ready for a deploy
help-restart = /restart <i>project</i>: restart the services
help-backup = /backup <i>project</i>: save database and config
help-restore = /restore <i>backup</i>: bring data back from a backup; /restore undo: as it was before
help-plan = /plan <i>project version</i>: what /deploy would do, touching nothing
help-announce = /announce <i>project when minutes words</i>: tell of downtime beforehand; alone, list it
help-logs = /logs <i>project log lines error since=1h grep=word</i>: a log; follow: as it grows
help-status = /status: what is live where
help-incidents = /incidents: what hurts, and what is muted
help-mute = /mute <i>what time reason</i>: keep quiet about a project, a server or a check
help-unmute = /unmute <i>what</i>: hear of it again
help-runs = /runs: what was done lately
help-cancel = /cancel <i>number</i>: stop, and roll back if you wish
help-unlock = /unlock <i>project reason</i>: free a project whose run hangs
help-reload = /reload: read lotsman.yml and the texts again
help-lang = /lang: your language
help-help = /help: this

menu-deploy = 🚢 Deploy
menu-rollback = ↩️ Roll back
menu-preflight = 🔎 Look ahead
menu-backup = 💾 Back up
menu-announce = 🛠 Downtime
menu-logs = 📜 Logs
menu-status = 🟢 Status
menu-incidents = 🚨 Incidents
menu-runs = 🕘 Latest
menu-cancel = 🚫 Cancel
menu-lang = 🌐 Language

menu-about-deploy = Put a version live
menu-about-rollback = Back to a version that worked
menu-about-preflight = Is all ready for a deploy?
menu-about-restart = Restart the services
menu-about-backup = Save database and config
menu-about-restore = Bring data back from a backup
menu-about-plan = What a deploy would do
menu-about-announce = Announce downtime
menu-about-logs = Search a log, or follow it
menu-about-status = What is live where
menu-about-incidents = What hurts, and what is muted
menu-about-mute = Keep quiet about a project, a server or a check
menu-about-unmute = Hear again of what is muted
menu-about-runs = Latest runs
menu-about-cancel = Stop a run
menu-about-unlock = Free a project that hangs
menu-about-reload = Reload the configuration
menu-about-lang = Choose a language
menu-about-help = What I can do

config-reloaded = 🔄 Configuration reloaded{ $by ->
    [no] {""}
   *[other] , { $by }
}
config-same = 🔄 Configuration read again, nothing has changed{ $by ->
    [no] {""}
   *[other] , { $by }
}
config-kept = ⚠️ The configuration stays as it was{ $where ->
    [no] {""}
   *[other] {" "}(a process on { $where })
}{ $by ->
    [no] {""}
   *[other] , { $by }
}. The mistake:
config-projects = Projects: { $names }
config-hosts = Servers: { $names }
config-people = People: { $names }
config-alerts = Alerts: { $names }
config-hooks = Webhooks: { $names }
config-commands = Commands: { $names }
config-texts = { $count ->
    [one] { $count } text updated
   *[other] { $count } texts updated
}
reload-done = Reloaded. The team's chat shows what has changed.

announce-made = 🛠 <b>{ $project }</b>: works at { $at }, about { $minutes } min. Announced by { $who }
announce-soon = 🛠 <b>{ $project }</b>: works soon, at { $at }, about { $minutes } min. By { $who }
announce-withdrawn = 🛠 <b>{ $project }</b>: no works at { $at } after all. Called off by { $by }
announce-ours = 🛠 Announced works, { $at }–{ $until }. By { $who }
announce-heading = <b>Planned works</b>
announce-line = 🛠 <b>{ $project }</b> · { $at } · { $minutes } min · { $who }
announce-none = Nothing is planned. To tell the team beforehand: <code>/announce project 22:30 10 words</code>
announce-accepted = The announcement about { $project } is in the team's chat.
