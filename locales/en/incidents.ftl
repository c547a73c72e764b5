# Incidents: what hurts, where, since when, why and what to do; who has taken it on, what is put off, what is muted.

incident-head = { $sign } <b>{ $what }</b>{ $place } · since { $since }
incident-place = {" "}· { $host }
incident-number = #{ $number }
incident-again = 🔁 Back again: number { $count }.
incident-member = { $sign } { $text }
incident-member-at = { $sign } { $host }: { $text }
incident-muted = 🔇 { $text } ({ $note })
incident-inhibited = 💤 { $text } (server { $note } does not answer)
incident-maintenance = 🛠 { $text } (#{ $note } is at work on it)
incident-probation = 👀 { $text } (on probation after #{ $note })
incident-recovering = 🌤 { $text } — seems to pass
incident-flapping = 〰 On and off: { $count } times within an hour. Until it settles I only edit this message.
incident-cause = 💡 It looks as if { $cause }.
incident-advice = 👉 { $advice }
incident-acked = 🙋 { $who } is on it, { $at }. No more reminders.
incident-snoozed = 😴 Put off until { $until } ({ $who })
incident-more = … and { $count } more
incident-resolved = ✅ <b>{ $what }</b>{ $place }: well again
incident-lasted = It took { $span }, from { $since } to { $until }.
incident-was = It was: { $text }
incident-over = ✅ { $what }: well again, after { $span }.
incident-remind = ⏰ { $what }: still not well after { $span }, and nobody is on it.
incident-remind-again = 😴 Time is up, and { $what } is still not well after { $span }.
incident-escalate = 📣 { $names } { $what }: not well for { $span }, and nobody is on it. Please have a look.
incident-direct = 📣 { $what }: not well for { $span }, and nobody in the chat is on it.
incident-digest = 📋 <b>{ $count ->
    [one] { $count } incident
   *[other] { $count } incidents
} at once</b>
incident-digest-line = { $sign } { $what }{ $place } · since { $since } · { $text }
incident-digest-more = Buttons and all the rest: /incidents
incident-gone = It is over already.
incident-late = ⏱ Late: this was at { $at }.

incidents-heading = <b>What hurts at { $at }</b>
incidents-none = All is well, no incidents. 🌤
incidents-line = { $sign } <b>{ $what }</b>{ $place } · since { $since } · #{ $number }
incidents-closed = ✅ { $what } · { $ago }, took { $span } · #{ $number }
incidents-muted = 🔇 <code>{ $target }</code> until { $until }: { $reason } ({ $who })

mute-usage = What to mute, for how long, and why: <code>/mute { $example } 2h planned works</code>
mute-unknown = <code>{ $target }</code>: there is no such project, server or check.
mute-span = For how long? From 1 minute to 30 days: 30m, 2h, 3d.
mute-reason = Why? Nothing is muted without a reason: <code>/mute { $target } { $span } reason</code>
mute-done = 🔇 <code>{ $target }</code> is muted until { $until }: { $reason }. I go on watching, quietly. To hear it again: <code>/unmute { $target }</code>
mute-lifted = 🔔 <code>{ $target }</code> is heard again.
mute-none = <code>{ $target }</code> is not muted.
mute-offer = For how long to mute <b>{ $what }</b>, and why? Or your own time and reason: <code>/mute { $target } 2h reason</code>
mute-works = 2 h · works
mute-known = 8 h · known
mute-false = 1 day · false alarm
mute-reason-works = planned works
mute-reason-known = a known problem
mute-reason-false = a false alarm

button-incident-ack = 🙋 I’m on it
button-incident-unack = ↩️ Give back
button-incident-snooze-1 = 😴 1 h
button-incident-snooze-4 = 😴 4 h
button-incident-mute = 🔇 Mute
button-incident-logs = 📜 Logs
button-incident-restart = 🔄 Restart
button-incident-rollback = ⏪ Roll back
button-incident-show = #{ $number }

status-checks-good = ✅ checks: { $count }
status-checks-bad = ❌ checks: { $bad } of { $count }
status-checks-unknown = ❔ without an answer: { $count }
status-trouble = 🚨 { $text }

trouble-other = { $name }: { $code }
trouble-no-data = { $name }: cannot be checked, there is no answer
trouble-unit-down = Service { $name } is not running ({ $unit_state })
trouble-crash-loop = Service { $name } crashes and systemd starts it again: +{ $times }
trouble-import-error = Service { $name } does not start: { $import_error }
trouble-http-status = { $name } answers { $http_status } and should answer { $http_wanted }
trouble-http-silent = { $name } does not answer
trouble-http-body = { $name }: “{ $body_wanted }” is not in the answer
trouble-http-slow = { $name } answers in { $took_ms } ms and should in { $most_ms }
trouble-heartbeat-old = { $name }: no heartbeat for { $heartbeat_age } s
trouble-log-errors = Log { $name }: { $count } new errors, most of all: { $pattern }
trouble-tcp-closed = { $tcp } takes no connections
trouble-database-down = Database { $database } does not answer select 1
trouble-certificate-expired = The certificate { $certificate } has expired
trouble-certificate-expires = Days left for the certificate { $certificate }: { $cert_days }
trouble-certificate-missing = { $certificate } shows no certificate
trouble-drift-commit = The server is at { $head }, what was deployed is { $wanted }
trouble-drift-dirty = Files on the server were changed by hand: { $files }
trouble-container-down = Container { $container } is not running
trouble-container-missing = There is no container { $container }
trouble-version-unsaid = { $name } does not name its version
trouble-old-code = { $name } names another version than { $version_wanted }
trouble-check-script = The check { $name } did not pass
trouble-path-missing = { $name }: the project’s folder is not on the server
trouble-disk-high = Disk { $name } is { $value } % full, { $free_mb } MB free
trouble-inodes-high = Disk { $name } is running out of inodes: { $value } %
trouble-memory-high = Memory is { $value } % used
trouble-load-high = Load { $value } per core
trouble-host-unreachable = The server does not answer ({ $why })
trouble-host-unlisted = The server is not in lotsman.yml
trouble-host-key-missing = The server’s key is not pinned
trouble-host-key-changed = The server’s key has changed
trouble-login-refused = The server does not let { $user } in
trouble-host-unusable = Checks cannot run on the server ({ $why })

cause-disk = there is no room on the disk
cause-memory = there was not enough memory
cause-port = the port is taken
cause-rights = rights are missing
cause-import = a library is missing
cause-database = the database does not answer
cause-certificate = a certificate has expired
cause-name = an address cannot be found

advice-disk = Make room: old logs, images, backups. Then “Restart”.
advice-memory = See what has taken the memory (<code>ps aux --sort=-rss</code>), or add some.
advice-port = Find out who holds the port (<code>ss -ltnp</code>), and stop it.
advice-rights = Check who owns the files and their rights, then “Restart”.
advice-import = It seems the dependencies were not updated: “Roll back”, or deploy again.
advice-database = Bring the database up; the service usually recovers by itself.
advice-certificate = Renew the certificate (<code>certbot renew</code>) and reload nginx.
advice-name = Check DNS on the server.
advice-unit = The log says why. If the release is to blame, “Roll back”, else “Restart”.
advice-http = The service is there, the answer is not right: see the log.
advice-heartbeat = The service lives but stands still: the log, then “Restart”.
advice-container = The log says why; “Restart” brings the container up.
advice-inodes = Remove small files: sessions, caches, old folders.
advice-load = See what is busy (<code>top</code>).
advice-host = Is the server switched on, and is there a network? About all else on it I keep quiet meanwhile.
advice-drift = Bring the change into git, or undo it: the next deploy overwrites it.
advice-log = If it is no error, add it to what is ignored.
advice-host-key-missing = Pin the key: <code>python -m bot trust { $host }</code>
advice-host-key-changed = If the server was installed anew: <code>python -m bot trust { $host }</code>. If not, keep off it and find out who that is.
advice-login-refused = Check the bot’s key in authorized_keys on { $host }.
