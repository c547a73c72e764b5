# Беды: что болит, где, с каких пор, почему и что делать; кто взялся, что отложено, что приглушено.

incident-head = { $sign } <b>{ $what }</b>{ $place } · с { $since }
incident-place = {" "}· { $host }
incident-number = #{ $number }
incident-again = 🔁 Снова: уже { $count }-й раз.
incident-member = { $sign } { $text }
incident-member-at = { $sign } { $host }: { $text }
incident-muted = 🔇 { $text } ({ $note })
incident-inhibited = 💤 { $text } (сервер { $note } не отвечает)
incident-maintenance = 🛠 { $text } (#{ $note } как раз работает)
incident-probation = 👀 { $text } (под присмотром после #{ $note })
incident-recovering = 🌤 { $text } — похоже, проходит
incident-flapping = 〰 То есть, то нет: { $count } раза за час. Пока не стихнет, только правлю это сообщение.
incident-cause = 💡 Похоже, { $cause }.
incident-advice = 👉 { $advice }
incident-acked = 🙋 Взялся { $who }, { $at }. Напоминать не буду.
incident-snoozed = 😴 Отложено до { $until } ({ $who })
incident-more = … и ещё { $count }
incident-resolved = ✅ <b>{ $what }</b>{ $place }: снова в порядке
incident-lasted = Длилось { $span }, с { $since } до { $until }.
incident-was = Было: { $text }
incident-over = ✅ { $what }: снова в порядке, длилось { $span }.
incident-remind = ⏰ { $what }: всё ещё не в порядке, уже { $span }, и никто не взялся.
incident-remind-again = 😴 Время вышло, а { $what } всё ещё не в порядке, уже { $span }.
incident-escalate = 📣 { $names } { $what }: не в порядке уже { $span }, и никто не взялся. Посмотрите, пожалуйста.
incident-direct = 📣 { $what }: не в порядке уже { $span }, в чате никто не взялся.
incident-digest = 📋 <b>Сразу { $count ->
    [one] { $count } беда
    [few] { $count } беды
    [many] { $count } бед
   *[other] { $count } беды
}</b>
incident-digest-line = { $sign } { $what }{ $place } · с { $since } · { $text }
incident-digest-more = Кнопки и всё остальное: /incidents
incident-gone = Этого уже нет: всё прошло.
incident-late = ⏱ С опозданием: это было в { $at }.

incidents-heading = <b>Что болит на { $at }</b>
incidents-none = Всё в порядке, бед нет. 🌤
incidents-line = { $sign } <b>{ $what }</b>{ $place } · с { $since } · #{ $number }
incidents-closed = ✅ { $what } · { $ago }, длилось { $span } · #{ $number }
incidents-muted = 🔇 <code>{ $target }</code> до { $until }: { $reason } ({ $who })

mute-usage = Что приглушить, на сколько и почему: <code>/mute { $example } 2h плановые работы</code>
mute-unknown = <code>{ $target }</code>: такого проекта, сервера или проверки нет.
mute-span = На сколько? От 1 минуты до 30 дней: 30m, 2h, 3d.
mute-reason = Почему? Без причины приглушить нельзя: <code>/mute { $target } { $span } причина</code>
mute-done = 🔇 <code>{ $target }</code> приглушено до { $until }: { $reason }. Слежу дальше, только молчу. Вернуть: <code>/unmute { $target }</code>
mute-lifted = 🔔 <code>{ $target }</code> снова слышно.
mute-none = <code>{ $target }</code> не приглушено.
mute-offer = На сколько приглушить <b>{ $what }</b> и почему? Или своё время и причина: <code>/mute { $target } 2h причина</code>
mute-works = 2 ч · работы
mute-known = 8 ч · знаем
mute-false = 1 день · ложная
mute-reason-works = плановые работы
mute-reason-known = известная беда
mute-reason-false = ложная тревога

button-incident-ack = 🙋 Берусь
button-incident-unack = ↩️ Отдать
button-incident-snooze-1 = 😴 1 ч
button-incident-snooze-4 = 😴 4 ч
button-incident-mute = 🔇 Приглушить
button-incident-logs = 📜 Журнал
button-incident-restart = 🔄 Перезапуск
button-incident-rollback = ⏪ Откатить
button-incident-show = #{ $number }

status-checks-good = ✅ проверки: { $count }
status-checks-bad = ❌ проверки: { $bad } из { $count }
status-checks-unknown = ❔ без ответа: { $count }
status-trouble = 🚨 { $text }

trouble-other = { $name }: { $code }
trouble-no-data = { $name }: не могу проверить, ответа нет
trouble-unit-down = Служба { $name } не работает ({ $unit_state })
trouble-crash-loop = Служба { $name } падает, systemd запускает её снова: +{ $times }
trouble-import-error = Служба { $name } не запускается: { $import_error }
trouble-http-status = { $name } отвечает { $http_status }, а должен { $http_wanted }
trouble-http-silent = { $name } не отвечает
trouble-http-body = { $name }: в ответе нет «{ $body_wanted }»
trouble-http-slow = { $name } отвечает за { $took_ms } мс, а должен за { $most_ms }
trouble-heartbeat-old = { $name }: пульса нет уже { $heartbeat_age } с
trouble-log-errors = Журнал { $name }: новых ошибок { $count }, чаще всего: { $pattern }
trouble-tcp-closed = { $tcp } не принимает соединений
trouble-database-down = База { $database } не отвечает на select 1
trouble-certificate-expired = Сертификат { $certificate } просрочен
trouble-certificate-expires = Сертификату { $certificate } осталось дней: { $cert_days }
trouble-certificate-missing = { $certificate } не показывает сертификата
trouble-drift-commit = На сервере { $head }, а разворачивали { $wanted }
trouble-drift-dirty = Файлы на сервере изменены руками: { $files }
trouble-container-down = Контейнер { $container } не работает
trouble-container-missing = Контейнера { $container } нет
trouble-version-unsaid = { $name } не называет своей версии
trouble-old-code = { $name } называет другую версию, не { $version_wanted }
trouble-check-script = Проверка { $name } не прошла
trouble-path-missing = { $name }: папки проекта на сервере нет
trouble-disk-high = Диск { $name } занят на { $value } %, свободно { $free_mb } МБ
trouble-inodes-high = На диске { $name } кончаются inode: { $value } %
trouble-memory-high = Память занята на { $value } %
trouble-load-high = Нагрузка { $value } на ядро
trouble-host-unreachable = Сервер не отвечает ({ $why })
trouble-host-unlisted = Сервера нет в lotsman.yml
trouble-host-key-missing = Ключ сервера не сохранён
trouble-host-key-changed = Ключ сервера изменился
trouble-login-refused = Сервер не пускает { $user }
trouble-host-unusable = На сервере не удалось выполнить проверки ({ $why })

cause-disk = на диске нет места
cause-memory = не хватило памяти
cause-port = порт уже занят
cause-rights = не хватает прав
cause-import = не хватает библиотеки
cause-database = не отвечает база
cause-certificate = просрочен сертификат
cause-name = не находится адрес

advice-disk = Освободите место: старые журналы, образы, бэкапы. Затем «Перезапуск».
advice-memory = Посмотрите, кто съел память (<code>ps aux --sort=-rss</code>), или добавьте её.
advice-port = Найдите, кто держит порт (<code>ss -ltnp</code>), и остановите.
advice-rights = Проверьте владельца файлов и права, затем «Перезапуск».
advice-import = Похоже, зависимости не обновились: «Откатить» или деплой ещё раз.
advice-database = Поднимите базу; служба обычно оживёт сама.
advice-certificate = Обновите сертификат (<code>certbot renew</code>) и перезагрузите nginx.
advice-name = Проверьте DNS на сервере.
advice-unit = Журнал покажет почему. Если виноват релиз — «Откатить», иначе «Перезапуск».
advice-http = Служба есть, а ответ не тот: посмотрите журнал.
advice-heartbeat = Служба жива, но стоит: журнал, затем «Перезапуск».
advice-container = Журнал покажет почему; «Перезапуск» поднимет контейнер.
advice-inodes = Удалите мелкие файлы: сессии, кэш, старые папки.
advice-load = Посмотрите, что нагружает (<code>top</code>).
advice-host = Проверьте, включён ли сервер и есть ли сеть. Обо всём остальном на нём пока молчу.
advice-drift = Внесите изменение в git или верните как было: деплой его затрёт.
advice-log = Если это не ошибка, добавьте её в исключения.
advice-host-key-missing = Сохраните ключ: <code>python -m bot trust { $host }</code>
advice-host-key-changed = Если сервер переустановили: <code>python -m bot trust { $host }</code>. Если нет — не заходите на него и выясните, кто это.
advice-login-refused = Проверьте ключ бота в authorized_keys на { $host }.
