# Слова, якими показ говорить у терміналі.

demo-about = Показ Лоцмана: сервер, чат і бот, нічого вашого не треба.
demo-help-play = зіграти самому й надрукувати чат
demo-help-language = мова команди
demo-help-port = порт сторінки чату; 0: вільний
demo-preparing = Готую сервер, чат і бота…
demo-open = Відкрийте { $url } і напишіть /deploy main
demo-stop = Зупинити: Ctrl-C
demo-needs = Дечого бракує.   Debian, Ubuntu:  apt install { $packages }
demo-busy = У цій теці вже працює показ: процес { $pid }. Спершу зупиніть його.
demo-port-taken = Порт { $port } зайнято. Інший:  python -m demo --port 0
