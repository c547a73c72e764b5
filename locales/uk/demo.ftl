# Слова, якими показ говорить у терміналі.

demo-about = Показ Лоцмана: сервер, чат і бот, нічого вашого не треба.
demo-help-play = зіграти самому й надрукувати чат
demo-help-language = мова команди
demo-help-port = порт сторінки чату; 0: вільний
demo-preparing = Готую сервер, чат і бота…
demo-open = Відкрийте { $url } і напишіть /deploy main
demo-stop = Зупинити: Ctrl-C
