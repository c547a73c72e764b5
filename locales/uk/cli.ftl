# Командний рядок.

cli-about = Лоцман заводить релізи в порт із чату Telegram.
cli-run = запустити бота
cli-check = чи міг би початися деплой? Перевіряє все, що для цього треба
cli-trust = закріпити ключ сервера, звіривши його відбиток
cli-trust-host = назва сервера в lotsman.yml
cli-trust-fingerprint = закріпити без запитань, якщо ключ саме такий
cli-init = написати перші .env і lotsman.yml

check-inventory = проєктів: { $projects }, серверів: { $hosts }, людей: { $people }
check-nobody = ботом нікому керувати: впишіть ADMIN_IDS
check-telegram-refused = Telegram відмовляє: { $why }
check-telegram-away = до Telegram не дістатися: { $why }
check-embedded = вбудована, у { $path }
check-embedded-busy = вбудована, бот із нею саме працює
check-database-away = не відповідає: { $why }
check-project = працює { $live }, { $branch } — це { $commit }
check-custom = на зв’язку, { $live }
check-good = Деплой міг би початися.
check-bad = Деплой ще не почався б: дивіться ❌ вище.

trust-offer = { $host } ({ $address }) показує ключ
    { $fingerprint }
    На самому сервері те саме показує: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub
trust-known = Його вже закріплено.
trust-changed = Закріплено інший: { $pinned }
    Продовжуйте, лише якщо знаєте, чому він змінився.
trust-ask = Він такий самий? Закріпити? (так/ні)
trust-refused = Нічого не закріплено.
trust-done = Закріплено. Лоцман говоритиме з { $host }, лише поки той показує цей ключ.
trust-unknown = У lotsman.yml немає сервера { $host }. Є: { $known }

init-about = Кілька запитань; порожня відповідь означає те, що в дужках.
init-existing = Уже є, тому не чіпаю: { $files }
init-token = Токен бота від @BotFather
init-admin = Ваш числовий id у Telegram (бот каже його незнайомцю у відповідь на /start)
init-chat = Id чату команди, з мінусом (порожньо: ваш приватний чат із ботом)
init-address = Адреса сервера
init-user = Користувач, яким входити
init-project = Назва проєкту
init-path = Його тека на сервері (порожньо: /srv/ і назва)
init-service = Його служба systemd (порожньо: та сама назва)
init-done = Написано .env і lotsman.yml. Лишилося:
    1. Впустіть бота: додайте цей рядок у ~{ $user }/.ssh/authorized_keys на { $address }
    { $key }
    2. python -m bot trust main
    3. python -m bot check
    4. make run
worker-needs-database = Робітникові потрібна спільна база: вкажіть DATABASE_URL.
cli-worker = виконувати запуски поруч із ботом, можна на іншій машині
