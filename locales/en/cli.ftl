# The command line.

cli-about = Lotsman brings releases into port from a Telegram chat.
cli-run = run the bot
cli-check = could a deploy start? Looks at everything it needs
cli-trust = pin a server's key after looking at its fingerprint
cli-trust-host = the server's name in lotsman.yml
cli-trust-fingerprint = pin without asking, if the key is this one
cli-init = write the first .env and lotsman.yml

check-inventory = projects: { $projects }, servers: { $hosts }, people: { $people }
check-nobody = nobody may command the bot: set ADMIN_IDS
check-telegram-refused = Telegram refuses: { $why }
check-telegram-away = Telegram cannot be reached: { $why }
check-embedded = embedded, under { $path }
check-embedded-busy = embedded, the bot is using it right now
check-database-away = it does not answer: { $why }
check-project = { $live } is live, { $branch } is { $commit }
check-custom = reached, { $live }
check-good = A deploy could start.
check-bad = No deploy could start yet: see ❌ above.

trust-offer = { $host } ({ $address }) shows the key
    { $fingerprint }
    On the server itself this prints the same: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub
trust-known = It is pinned already.
trust-changed = Another one is pinned: { $pinned }
    Go on only if you know why it has changed.
trust-ask = Is it the same? Pin it? (yes/no)
trust-refused = Nothing was pinned.
trust-done = Pinned. Lotsman talks to { $host } only while it shows this key.
trust-unknown = lotsman.yml has no server { $host }. It has: { $known }

init-about = A few questions; an empty answer takes what stands in brackets.
init-existing = Already there, and left alone: { $files }
init-token = The bot's token, from @BotFather
init-admin = Your numeric Telegram id (the bot tells it to a stranger who sends /start)
init-chat = The team chat's id, with its minus (empty: your private chat with the bot)
init-address = The server's address
init-user = The user to log in as
init-project = The project's name
init-path = Its folder on the server (empty: /srv/ and the name)
init-service = Its systemd unit (empty: the same name)
init-done = Written: .env and lotsman.yml. What is left:
    1. Let the bot in: add this line to ~{ $user }/.ssh/authorized_keys on { $address }
    { $key }
    2. python -m bot trust main
    3. python -m bot check
    4. make run
worker-needs-database = A worker needs a shared database: set DATABASE_URL.
cli-worker = drive runs beside the bot, perhaps on another machine
