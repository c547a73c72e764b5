# Біди: що болить, де, відколи, чому і що робити; хто взявся, що відкладено, що приглушено.

incident-head = { $sign } <b>{ $what }</b>{ $place } · з { $since }
incident-place = {" "}· { $host }
incident-number = #{ $number }
incident-again = 🔁 Знову: уже { $count }-й раз.
incident-member = { $sign } { $text }
incident-member-at = { $sign } { $host }: { $text }
incident-muted = 🔇 { $text } ({ $note })
incident-inhibited = 💤 { $text } (сервер { $note } не відповідає)
incident-maintenance = 🛠 { $text } (#{ $note } саме працює)
incident-probation = 👀 { $text } (під наглядом після #{ $note })
incident-recovering = 🌤 { $text } — здається, минає
incident-flapping = 〰 То є, то нема: { $count } рази за годину. Доки не стихне, лише правлю це повідомлення.
incident-cause = 💡 Схоже, { $cause }.
incident-advice = 👉 { $advice }
incident-acked = 🙋 Взявся { $who }, { $at }. Нагадувати не буду.
incident-snoozed = 😴 Відкладено до { $until } ({ $who })
incident-more = … і ще { $count }
incident-resolved = ✅ <b>{ $what }</b>{ $place }: знову гаразд
incident-lasted = Тривало { $span }, з { $since } до { $until }.
incident-was = Було: { $text }
incident-over = ✅ { $what }: знову гаразд, тривало { $span }.
incident-remind = ⏰ { $what }: досі не гаразд, уже { $span }, і ніхто не взявся.
incident-remind-again = 😴 Час вийшов, а { $what } досі не гаразд, уже { $span }.
incident-escalate = 📣 { $names } { $what }: не гаразд уже { $span }, і ніхто не взявся. Гляньте, будь ласка.
incident-direct = 📣 { $what }: не гаразд уже { $span }, у чаті ніхто не взявся.
incident-digest = 📋 <b>Одразу { $count ->
    [one] { $count } біда
    [few] { $count } біди
    [many] { $count } бід
   *[other] { $count } біди
}</b>
incident-digest-line = { $sign } { $what }{ $place } · з { $since } · { $text }
incident-digest-more = Кнопки й усе інше: /incidents
incident-gone = Цього вже немає: усе минуло.
incident-late = ⏱ Із запізненням: це було о { $at }.

incidents-heading = <b>Що болить на { $at }</b>
incidents-none = Усе гаразд, бід немає. 🌤
incidents-line = { $sign } <b>{ $what }</b>{ $place } · з { $since } · #{ $number }
incidents-closed = ✅ { $what } · { $ago }, тривало { $span } · #{ $number }
incidents-muted = 🔇 <code>{ $target }</code> до { $until }: { $reason } ({ $who })

mute-usage = Що приглушити, на скільки й чому: <code>/mute { $example } 2h планові роботи</code>
mute-unknown = <code>{ $target }</code>: такого проєкту, сервера чи перевірки немає.
mute-span = На скільки? Від 1 хвилини до 30 днів: 30m, 2h, 3d.
mute-reason = Чому? Приглушити без причини не можна: <code>/mute { $target } { $span } причина</code>
mute-done = 🔇 <code>{ $target }</code> приглушено до { $until }: { $reason }. Стежу далі, лише мовчу. Повернути: <code>/unmute { $target }</code>
mute-lifted = 🔔 <code>{ $target }</code> знову чути.
mute-none = <code>{ $target }</code> не приглушено.
mute-offer = На скільки приглушити <b>{ $what }</b> і чому? Або свій час і причина: <code>/mute { $target } 2h причина</code>
mute-works = 2 год · роботи
mute-known = 8 год · знаємо
mute-false = 1 день · хибна
mute-reason-works = планові роботи
mute-reason-known = відома біда
mute-reason-false = хибна тривога

button-incident-ack = 🙋 Беруся
button-incident-unack = ↩️ Віддати
button-incident-snooze-1 = 😴 1 год
button-incident-snooze-4 = 😴 4 год
button-incident-mute = 🔇 Приглушити
button-incident-logs = 📜 Журнал
button-incident-restart = 🔄 Перезапуск
button-incident-rollback = ⏪ Відкотити
button-incident-show = #{ $number }

status-checks-good = ✅ перевірки: { $count }
status-checks-bad = ❌ перевірки: { $bad } з { $count }
status-checks-unknown = ❔ без відповіді: { $count }
status-trouble = 🚨 { $text }

trouble-other = { $name }: { $code }
trouble-no-data = { $name }: не можу перевірити, відповіді немає
trouble-unit-down = Служба { $name } не працює ({ $unit_state })
trouble-crash-loop = Служба { $name } падає, systemd запускає її знову: +{ $times }
trouble-import-error = Служба { $name } не запускається: { $import_error }
trouble-http-status = { $name } відповідає { $http_status }, а має { $http_wanted }
trouble-http-silent = { $name } не відповідає
trouble-http-body = { $name }: у відповіді немає «{ $body_wanted }»
trouble-http-slow = { $name } відповідає за { $took_ms } мс, а має за { $most_ms }
trouble-heartbeat-old = { $name }: пульсу немає вже { $heartbeat_age } с
trouble-log-errors = Журнал { $name }: нових помилок { $count }, найчастіша: { $pattern }
trouble-tcp-closed = { $tcp } не приймає з’єднань
trouble-database-down = База { $database } не відповідає на select 1
trouble-certificate-expired = Сертифікат { $certificate } прострочено
trouble-certificate-expires = Сертифікату { $certificate } лишилося днів: { $cert_days }
trouble-certificate-missing = { $certificate } не показує сертифіката
trouble-drift-commit = На сервері { $head }, а розгортали { $wanted }
trouble-drift-dirty = Файли на сервері змінено руками: { $files }
trouble-container-down = Контейнер { $container } не працює
trouble-container-missing = Контейнера { $container } немає
trouble-version-unsaid = { $name } не каже своєї версії
trouble-old-code = { $name } каже іншу версію, ніж { $version_wanted }
trouble-check-script = Перевірка { $name } не пройшла
trouble-path-missing = { $name }: теки проєкту на сервері немає
trouble-disk-high = Диск { $name } заповнений на { $value } %, вільно { $free_mb } МБ
trouble-inodes-high = На диску { $name } скінчаються inode: { $value } %
trouble-memory-high = Пам’ять зайнята на { $value } %
trouble-load-high = Навантаження { $value } на ядро
trouble-host-unreachable = Сервер не відповідає ({ $why })
trouble-host-unlisted = Сервера немає в lotsman.yml
trouble-host-key-missing = Ключ сервера не збережено
trouble-host-key-changed = Ключ сервера змінився
trouble-login-refused = Сервер не пускає { $user }
trouble-host-unusable = На сервері не вийшло виконати перевірки ({ $why })

cause-disk = на диску немає місця
cause-memory = забракло пам’яті
cause-port = порт уже зайнятий
cause-rights = бракує прав
cause-import = бракує бібліотеки
cause-database = не відповідає база
cause-certificate = прострочено сертифікат
cause-name = не знаходиться адреса

advice-disk = Звільніть місце: старі журнали, образи, бекапи. Далі «Перезапуск».
advice-memory = Гляньте, хто з’їв пам’ять (<code>ps aux --sort=-rss</code>), або додайте її.
advice-port = Знайдіть, хто тримає порт (<code>ss -ltnp</code>), і зупиніть.
advice-rights = Перевірте власника файлів і права, потім «Перезапуск».
advice-import = Схоже, залежності не оновилися: «Відкотити» або деплой ще раз.
advice-database = Підніміть базу; служба зазвичай оживе сама.
advice-certificate = Поновіть сертифікат (<code>certbot renew</code>) і перезавантажте nginx.
advice-name = Перевірте DNS на сервері.
advice-unit = Журнал покаже чому. Якщо винен реліз — «Відкотити», інакше «Перезапуск».
advice-http = Служба є, а відповідь не та: гляньте журнал.
advice-heartbeat = Служба жива, але стоїть: журнал, потім «Перезапуск».
advice-container = Журнал покаже чому; «Перезапуск» підніме контейнер.
advice-inodes = Видаліть дрібні файли: сесії, кеш, старі теки.
advice-load = Гляньте, що навантажує (<code>top</code>).
advice-host = Перевірте, чи сервер увімкнено і чи є мережа. Про все інше на ньому поки мовчу.
advice-drift = Внесіть зміну в git або поверніть як було: деплой її затре.
advice-log = Якщо це не помилка, додайте її до винятків.
advice-host-key-missing = Збережіть ключ: <code>python -m bot trust { $host }</code>
advice-host-key-changed = Якщо сервер перевстановили: <code>python -m bot trust { $host }</code>. Якщо ні — не заходьте на нього й з’ясуйте, хто це.
advice-login-refused = Перевірте ключ бота в authorized_keys на { $host }.
