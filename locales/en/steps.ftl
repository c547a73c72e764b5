# What steps are called, and what undoing them is called.

step-reach = Reach the server
step-resolve = Find the version
step-preflight = Checks before the start
step-backup-database = Back up database { $subject }
step-backup-config = Save the config
step-stop = Stop
step-restore-config = Config of that version
step-code = Code
step-dependencies = Dependencies
step-migrate = Migrations
step-start = Start
step-rights = Rights and services
step-restart = Restart
step-switch = Change to the new version
step-check-unit = Service { $subject }
step-check-http = { $subject }
step-check-heartbeat = Heartbeat { $subject }
step-check-log = Log { $subject } without errors
step-keep-images = Keep the images that run
step-build = Images
step-images = Images of that version
step-check-container = Container { $subject }
step-check-containers = Containers
step-tail-log = Last lines of log { $subject }
step-other = { $name } { $subject }

undo-stop = Start
undo-restore-config = Config as it was
undo-code = Code as it was
undo-dependencies = Dependencies as they were
undo-start = Stop the new version
undo-switch = Version as it was
undo-keep-images = Containers as they were
undo-other = { $name } { $subject }: back
undo-titled = { $title }: back
probe = What became of “{ $step }”
