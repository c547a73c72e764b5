# Бэкапы: что есть, когда следующие, что убрать, всё ли в порядке.

actor-clock = расписание

tier-daily = ежедневный
tier-weekly = недельный
tier-monthly = месячный
tier-manual = вручную
tier-predeploy = перед деплоем
tier-safety = перед восстановлением

backups-none = У { $project } бэкапов ещё нет. Сделать сейчас: <code>/backup { $project }</code>
backups-heading = 💾 <b>{ $project }</b>: { $count ->
    [one] { $count } бэкап
    [few] { $count } бэкапа
    [many] { $count } бэкапов
   *[other] { $count } бэкапа
} · страница { $page } из { $pages }
backups-line = { $number }. { $sign } <code>{ $name }</code>
    { $tier } · { $size } · { $ago }{ $marks }
backups-legend = ✅ проверен восстановлением · ▫️ прочитан до конца · ❔ не проверен · ❌ испорчен · 📌 закреплён · ☁️ есть копия
backup-heading = { $sign } <code>{ $name }</code>
backup-of = <b>{ $subject }</b> ({ $project }, { $host }), { $tier }
backup-taken = Сделан { $at } ({ $ago }), { $size }
backup-proven = Проверен восстановлением { $ago }, оно заняло { $span }
backup-decoded = Прочитан до конца; на восстановление ещё не проверяли
backup-unverified = Записан, но до конца не прочитан: полагаться нельзя
backup-bad = Полагаться нельзя: { $reason }
backup-encrypted = Зашифрован
backup-plain = Не зашифрован
backup-pinned = 📌 Закрепляет { $who }
backup-copy-done = ☁️ Копия есть и сверена
backup-copy-pending = ☁️ Копия ещё в пути
backup-copy-failed = ☁️ Копия не удалась, попробую ещё
backup-rows = Строк: { $count }, таблиц: { $tables }
backup-is-pinned = 📌 <code>{ $name }</code> останется, пока не открепят.
backup-is-unpinned = <code>{ $name }</code> откреплён: дальше решает расписание.
bad-missing = файла нет на месте
bad-changed = файл уже не тот, что был записан
bad-other = { $code }

button-backups-schedule = 🗓 Расписание
button-backups-dbsize = 📈 Размер
button-backups-cleanup = 🧹 Убрать
button-backups-list = 💾 Все
button-backup-get = ⬇️ Взять
button-backup-verify = 🧪 Проверить
button-backup-pin = 📌 Закрепить
button-backup-unpin = Открепить
button-backup-restore = ♻️ Восстановить
button-cleanup = 🗑 Удалить: { $count }
button-cleanup-all-the-same = 🗑 Всё равно удалить: { $count }

download-done = 💾 { $subject }, { $at }. sha256: <code>{ $sha256 }</code>
download-large = <code>{ $name }</code> — это { $size }, а Telegram берёт от бота до 50 МБ. Заберите сами:
    { $commands }
download-plain = <code>{ $name }</code> не зашифрован, поэтому в чат не отправляю. Заберите сами:
    { $commands }
download-failed = <code>{ $name }</code> ({ $size }) не удалось взять. Заберите сами:
    { $commands }

schedule-heading = 🗓 <b>Следующие бэкапы</b>
schedule-project = <b>{ $project }</b>
schedule-line = { $at } · { $kind }
schedule-daily = ежедневный
schedule-weekly = недельный
schedule-monthly = месячный
schedule-drill = пробное восстановление
schedule-keep = Храню: дней { $daily }, недель { $weekly }, месяцев { $monthly }
schedule-off = выключено: <code>backups.schedule</code> в lotsman.yml
schedule-none = Сохранять нечего: у ваших проектов нет баз.
weekday-0 = пн
weekday-1 = вт
weekday-2 = ср
weekday-3 = чт
weekday-4 = пт
weekday-5 = сб
weekday-6 = вс

cleanup-heading = 🧹 <b>{ $project }</b>: можно убрать { $count ->
    [one] { $count } файл
    [few] { $count } файла
    [many] { $count } файлов
   *[other] { $count } файла
}, освободится { $size }. Пока ничего не удалено.
cleanup-nothing = 🧹 <b>{ $project }</b>: убирать нечего.
cleanup-here = { $host }: удалить { $gone }, оставить { $stay }
cleanup-copies = ☁️ копии с { $host }: удалить { $gone }, оставить { $stay }
cleanup-line = { $sign } { $name } · { $size } · { $ago } · { $why }
cleanup-unknown = Не мои файлы, не трогаю ({ $count }):
cleanup-refused-most = ⚠️ Это больше половины. Сам я такого не делаю: посмотрите, так ли надо.
cleanup-refused-all = ⛔ Тут удалилось бы всё. Такого я не делаю.
cleanup-document = Каждый файл { $project } и почему он остаётся или уходит.
cleanup-changed = С тех пор что-то изменилось, поэтому ничего не удаляю. Вот как теперь:
cleanup-begun = Убираю { $project }. Что вышло, видно в чате команды.
keep-period = самый новый за свой период
keep-pinned = закреплён
keep-in-use = с ним сейчас работают
keep-released = нужен для возврата к релизу
keep-last-good = последний исправный
keep-manual = из последних, сделанных вручную
keep-predeploy = свежий, перед деплоем
keep-safety = свежий, перед восстановлением
keep-config = настройки
keep-fresh = не проверен, но свежий
keep-nothing-better = не проверен, но новее исправного нет
keep-missing = файла уже нет
keep-changed = файл не тот, что записан: посмотрите сами
drop-over = есть достаточно новых
drop-same-period = за тот же период есть новее
drop-manual = вручную сделано достаточно новых
drop-predeploy = тот деплой давно позади
drop-safety = то восстановление давно позади
drop-config = настроек достаточно новых
drop-unverified = не проверен, а исправный новее есть
drop-bad = испорчен, а исправный новее есть

dbsize-heading = 📈 <b>{ $project }</b>
dbsize-line = <b>{ $name }</b>: { $size }{ $change }
dbsize-change = {" "}· за { $days } д { $size }
dbsize-all = Вместе { $size }
dbsize-none = Размеров баз { $project } я не знаю: баз нет, или их ещё не мерили.
growth-caption = Как растёт { $project }
picture-size = МБ

digest-heading = { $sign } <b>Бэкапы за неделю</b>
digest-proven = { $count ->
    [one] { $count } база
    [few] { $count } базы
    [many] { $count } баз
   *[other] { $count } базы
}, проверено восстановлением: { $proven }.
digest-oldest = Самая давняя точка, к которой можно вернуться: { $day }. Файлов { $files }, { $size }.
digest-freed = Следующая уборка освободит { $size }.
digest-nothing-freed = Убирать пока нечего.
digest-late = ⏰ Нет свежего бэкапа: { $names }
digest-unproven = 🧪 Давно не проверяли восстановлением: { $names }
digest-bad = ❌ Испорченных файлов: { $count }
digest-uncopied = ☁️ Без копии в другом месте: { $count }
digest-keys = 🔑 Никто не показал, что ключ ещё есть: { $keys }. /backup proof
digest-more = Подробнее: /backups

proof-asked = 🔑 <b>Ключ от бэкапов ещё у вас?</b> Бэкапы { $projects } зашифрованы для <code>{ $recipient }</code>: без его секретной половины их не открыть. Расшифруйте ею этот файл и пришлите мне слово из него:
    <code>age -d -i key.txt { $file }</code>
    <code>/backup proof СЛОВО</code>
proof-right = 🔑 Да, это оно: ключ <code>{ $recipient }</code> на месте.
proof-old = Это слово для <code>{ $recipient }</code> из старого вопроса ({ $at }), или его уже назвали. Действующее пришлёт /backup proof
proof-wrong = ❌ Не то слово. Прислать файл ещё раз: /backup proof
proof-none = 🔑 Сейчас о ключах не спрашиваю: отвечать не на что.

trouble-backup-late = Бэкап { $subject } опаздывает ({ $tier ->
    [weekly] недельный
    [monthly] месячный
   *[daily] ежедневный
}): последнему исправному { $hours } ч
trouble-backup-none = Бэкапа { $subject } нет ни одного ({ $tier ->
    [weekly] недельный
    [monthly] месячный
   *[daily] ежедневный
}), хотя расписанию уже { $hours } ч
trouble-backup-shrunken = Бэкап { $subject } подозрительно мал: { $percent } % от обычного ({ $file })
trouble-backup-damaged = Бэкап { $subject }: { $why ->
    [missing] файла { $file } нет на месте
    [changed] файл { $file } уже не тот, что был записан
   *[other] файл { $file } испорчен
}. Таких файлов: { $count }
trouble-backup-failed = { $kind ->
    [daily] Ежедневный бэкап
    [weekly] Недельный бэкап
    [monthly] Месячный бэкап
   *[drill] Пробное восстановление { $subject }
}: не удалось, неудачных попыток подряд: { $count }
trouble-drill-late = Бэкап { $subject } не проверяли восстановлением { $hours } ч
trouble-drill-none = Бэкап { $subject } ещё ни разу не проверяли восстановлением
trouble-disk-filling = Диск с бэкапами заполнится дней за { $days }: свободно { $free_mb } МБ
trouble-cleanup-refused = Уборка бэкапов удалила бы слишком много ({ $count }): нужен человек, /backup cleanup
trouble-copies-waiting = Копии бэкапов в другом месте не удаются, пробую дальше. Сами бэкапы на сервере целы
trouble-keep-none = По backups.keep не осталось бы ни одного исправного бэкапа; последний оставляю всё равно ({ $count })
trouble-key-unproven = Никто не показал, что ключ от бэкапов { $recipient } ещё есть: спрашиваю уже { $days } д. Без него бэкапы не открыть: /backup proof

error-unknown-backup = Бэкапа <code>{ $name }</code> нет.{ $near } Все: /backups

reason-backups-left = часть файлов оставляю: они уже не такие, как в каталоге.
reason-rclone-missing = на сервере нет rclone, а backups.copy_to его просит.
reason-copy-failed = не всё удалось скопировать. Бэкапы на сервере целы, попробую ещё.
reason-copies-unreachable = до копий не добраться. Попробую ещё.
reason-too-many-files = в папке бэкапов слишком много файлов, чтобы перечислить их за раз.
reason-backup-unread = файл бэкапа не прочитался.
problem-clock = { $detail }: пишите 02:00, sun 03:00, 1 04:00 (день до 28) или off
problem-remote = { $detail }: пишите remote:путь, где remote есть в rclone на сервере

step-drop-backups = Удаление старых бэкапов
step-drop-copies = Удаление старых копий
step-copy-backups = Копирование бэкапов
runbook-cleanup-backups = уборка бэкапов
runbook-copy-backups = копирование бэкапов
ended-cleanup-backups-failed = ❌ Удалилось не всё
ended-copy-backups-failed = ❌ Скопировалось не всё
result-cleanup-backups-succeeded = { $sign } <b>{ $project }</b>: старые бэкапы убраны. { $who }, { $span }
result-cleanup-backups-failed = { $sign } <b>{ $project }</b>: уборка #{ $run } удалась не вся.
result-copy-backups-failed = { $sign } <b>{ $project }</b>: копирование бэкапов #{ $run } удалось не всё. Сами бэкапы на сервере целы.

help-backups = /backups <i>проект</i>: какие бэкапы есть; ещё /backup schedule, verify, download, pin, cleanup, digest, proof
help-dbsize = /dbsize <i>проект</i>: размер баз и как они растут
menu-backups = 🗄 Бэкапы
menu-dbsize = 📈 Размер баз
menu-about-backups = Какие бэкапы есть
menu-about-dbsize = Размер баз и как они растут
