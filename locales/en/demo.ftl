# What the demo says in the terminal.

demo-about = Lotsman's demo: a server, a chat and the bot; nothing of yours is needed.
demo-help-play = play by itself, and print the chat
demo-help-language = the team's language
demo-help-port = of the chat page; 0: a free one
demo-preparing = Getting a server, a chat and the bot ready…
demo-open = Open { $url } and type /deploy main
demo-stop = Stop with Ctrl-C
demo-needs = Something is missing.   Debian, Ubuntu:  apt install { $packages }
demo-busy = Another demo is running in this folder: process { $pid }. Stop it first.
demo-port-taken = Port { $port } is taken. Another one:  python -m demo --port 0
