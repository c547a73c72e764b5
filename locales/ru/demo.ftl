# Слова, которыми показ говорит в терминале.

demo-about = Показ Лоцмана: сервер, чат и бот, ничего вашего не нужно.
demo-help-play = сыграть самому и напечатать чат
demo-help-language = язык команды
demo-help-port = порт страницы чата; 0: свободный
demo-preparing = Готовлю сервер, чат и бота…
demo-open = Откройте { $url } и напишите /deploy main
demo-stop = Остановить: Ctrl-C
demo-needs = Кое-чего не хватает.   Debian, Ubuntu:  apt install { $packages }
demo-busy = В этой папке уже идёт показ: процесс { $pid }. Сначала остановите его.
demo-port-taken = Порт { $port } занят. Другой:  python -m demo --port 0
