# Командная строка.

cli-about = Лоцман заводит релизы в порт из чата Telegram.
cli-run = запустить бота
cli-check = мог бы начаться деплой? Проверяет всё, что для этого нужно
cli-trust = закрепить ключ сервера, сверив его отпечаток
cli-trust-host = имя сервера в lotsman.yml
cli-trust-fingerprint = закрепить без вопросов, если ключ именно такой
cli-init = написать первые .env и lotsman.yml

check-inventory = проектов: { $projects }, серверов: { $hosts }, людей: { $people }
check-nobody = ботом некому управлять: впишите ADMIN_IDS
check-telegram-refused = Telegram отказывает: { $why }
check-telegram-away = до Telegram не добраться: { $why }
check-embedded = встроенная, в { $path }
check-embedded-busy = встроенная, бот с ней как раз работает
check-database-away = не отвечает: { $why }
check-project = работает { $live }, { $branch } — это { $commit }
check-custom = на связи, { $live }
check-good = Деплой мог бы начаться.
check-bad = Деплой ещё не начался бы: смотрите ❌ выше.

trust-offer = { $host } ({ $address }) показывает ключ
    { $fingerprint }
    На самом сервере то же показывает: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub
trust-known = Он уже закреплён.
trust-changed = Закреплён другой: { $pinned }
    Продолжайте, только если знаете, почему он изменился.
trust-ask = Он такой же? Закрепить? (да/нет)
trust-refused = Ничего не закреплено.
trust-done = Закреплено. Лоцман говорит с { $host }, только пока тот показывает этот ключ.
trust-unknown = В lotsman.yml нет сервера { $host }. Есть: { $known }

init-about = Несколько вопросов; пустой ответ означает то, что в скобках.
init-existing = Уже есть, поэтому не трогаю: { $files }
init-token = Токен бота от @BotFather
init-admin = Ваш числовой id в Telegram (бот говорит его незнакомцу в ответ на /start)
init-chat = Id чата команды, с минусом (пусто: ваш личный чат с ботом)
init-address = Адрес сервера
init-user = Пользователь, под которым входить
init-project = Имя проекта
init-path = Его папка на сервере (пусто: /srv/ и имя)
init-service = Его служба systemd (пусто: то же имя)
init-done = Написаны .env и lotsman.yml. Осталось:
    1. Впустите бота: добавьте эту строку в ~{ $user }/.ssh/authorized_keys на { $address }
    { $key }
    2. python -m bot trust main
    3. python -m bot check
    4. make run
worker-needs-database = Рабочему нужна общая база: укажите DATABASE_URL.
cli-worker = выполнять запуски рядом с ботом, можно на другой машине
