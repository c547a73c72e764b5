# Бекапи: що є, коли наступні, що прибрати, чи все гаразд.

actor-clock = розклад

tier-daily = щоденний
tier-weekly = тижневий
tier-monthly = місячний
tier-manual = вручну
tier-predeploy = перед деплоєм
tier-safety = перед відновленням

backups-none = У { $project } бекапів ще немає. Зробити зараз: <code>/backup { $project }</code>
backups-heading = 💾 <b>{ $project }</b>: { $count ->
    [one] { $count } бекап
    [few] { $count } бекапи
    [many] { $count } бекапів
   *[other] { $count } бекапу
} · сторінка { $page } з { $pages }
backups-line = { $number }. { $sign } <code>{ $name }</code>
    { $tier } · { $size } · { $ago }{ $marks }
backups-legend = ✅ перевірено відновленням · ▫️ прочитано до кінця · ❔ не перевірено · ❌ зіпсовано · 📌 закріплено · ☁️ є копія
backup-heading = { $sign } <code>{ $name }</code>
backup-of = <b>{ $subject }</b> ({ $project }, { $host }), { $tier }
backup-taken = Зроблено { $at } ({ $ago }), { $size }
backup-proven = Перевірено відновленням { $ago }, воно тривало { $span }
backup-decoded = Прочитано до кінця; на відновлення ще не перевіряли
backup-unverified = Записано, але до кінця не прочитано: покладатися не можна
backup-bad = Покладатися не можна: { $reason }
backup-encrypted = Зашифровано
backup-plain = Не зашифровано
backup-pinned = 📌 Закріплює { $who }
backup-copy-done = ☁️ Копія є і звірена
backup-copy-pending = ☁️ Копія ще в дорозі
backup-copy-failed = ☁️ Копія не вдалася, спробую ще
backup-rows = Рядків: { $count }, таблиць: { $tables }
backup-is-pinned = 📌 <code>{ $name }</code> лишиться, доки не відкріплять.
backup-is-unpinned = <code>{ $name }</code> відкріплено: далі вирішує розклад.
bad-missing = файла немає на місці
bad-changed = файл уже не той, що був записаний
bad-other = { $code }

button-backups-schedule = 🗓 Розклад
button-backups-dbsize = 📈 Розмір
button-backups-cleanup = 🧹 Прибрати
button-backups-list = 💾 Усі
button-backup-get = ⬇️ Взяти
button-backup-verify = 🧪 Перевірити
button-backup-pin = 📌 Закріпити
button-backup-unpin = Відкріпити
button-backup-restore = ♻️ Відновити
button-cleanup = 🗑 Видалити: { $count }
button-cleanup-all-the-same = 🗑 Усе одно видалити: { $count }

download-done = 💾 { $subject }, { $at }. sha256: <code>{ $sha256 }</code>
download-large = <code>{ $name }</code> — це { $size }, а Telegram бере від бота до 50 МБ. Заберіть самі:
    { $commands }
download-plain = <code>{ $name }</code> не зашифровано, тому в чат не надсилаю. Заберіть самі:
    { $commands }
download-failed = <code>{ $name }</code> ({ $size }) не вдалося взяти. Заберіть самі:
    { $commands }

schedule-heading = 🗓 <b>Наступні бекапи</b>
schedule-project = <b>{ $project }</b>
schedule-line = { $at } · { $kind }
schedule-daily = щоденний
schedule-weekly = тижневий
schedule-monthly = місячний
schedule-drill = пробне відновлення
schedule-keep = Зберігаю: днів { $daily }, тижнів { $weekly }, місяців { $monthly }
schedule-off = вимкнено: <code>backups.schedule</code> у lotsman.yml
schedule-none = Зберігати нічого: у ваших проєктів немає баз.
weekday-0 = пн
weekday-1 = вт
weekday-2 = ср
weekday-3 = чт
weekday-4 = пт
weekday-5 = сб
weekday-6 = нд

cleanup-heading = 🧹 <b>{ $project }</b>: можна прибрати { $count ->
    [one] { $count } файл
    [few] { $count } файли
    [many] { $count } файлів
   *[other] { $count } файлу
}, звільниться { $size }. Поки що нічого не видалено.
cleanup-nothing = 🧹 <b>{ $project }</b>: прибирати нічого.
cleanup-here = { $host }: видалити { $gone }, лишити { $stay }
cleanup-copies = ☁️ копії з { $host }: видалити { $gone }, лишити { $stay }
cleanup-line = { $sign } { $name } · { $size } · { $ago } · { $why }
cleanup-unknown = Не мої файли, не чіпаю ({ $count }):
cleanup-refused-most = ⚠️ Це більше половини. Сам я такого не роблю: гляньте, чи так і треба.
cleanup-refused-all = ⛔ Тут видалилося б усе. Такого я не роблю.
cleanup-document = Кожен файл { $project } і чому він лишається чи йде.
cleanup-changed = Відтоді щось змінилося, тому нічого не видаляю. Ось як тепер:
cleanup-begun = Прибираю { $project }. Що вийшло, видно в чаті команди.
keep-period = найновіший за свій період
keep-pinned = закріплений
keep-in-use = з ним зараз працюють
keep-released = потрібен для повернення до релізу
keep-last-good = останній справний
keep-manual = з останніх, зроблених вручну
keep-predeploy = свіжий, з-перед деплою
keep-safety = свіжий, з-перед відновлення
keep-config = налаштування
keep-fresh = не перевірений, але свіжий
keep-nothing-better = не перевірений, але новішого справного немає
keep-missing = файла вже немає
keep-changed = файл не той, що записано: гляньте самі
drop-over = є досить новіших
drop-same-period = за той самий період є новіший
drop-manual = вручну зроблено досить новіших
drop-predeploy = той деплой давно позаду
drop-safety = те відновлення давно позаду
drop-config = налаштувань досить новіших
drop-unverified = не перевірений, а справний новіший є
drop-bad = зіпсований, а справний новіший є

dbsize-heading = 📈 <b>{ $project }</b>
dbsize-line = <b>{ $name }</b>: { $size }{ $change }
dbsize-change = {" "}· за { $days } д { $size }
dbsize-all = Разом { $size }
dbsize-none = Розмірів баз { $project } я не знаю: баз немає, або їх ще не міряли.
growth-caption = Як росте { $project }
picture-size = МБ

digest-heading = { $sign } <b>Бекапи за тиждень</b>
digest-proven = { $count ->
    [one] { $count } база
    [few] { $count } бази
    [many] { $count } баз
   *[other] { $count } бази
}, перевірено відновленням: { $proven }.
digest-oldest = Найдавніша точка, до якої можна повернутися: { $day }. Файлів { $files }, { $size }.
digest-freed = Наступне прибирання звільнить { $size }.
digest-nothing-freed = Прибирати поки що нічого.
digest-late = ⏰ Немає свіжого бекапу: { $names }
digest-unproven = 🧪 Давно не перевіряли відновленням: { $names }
digest-bad = ❌ Зіпсованих файлів: { $count }
digest-uncopied = ☁️ Без копії деінде: { $count }
digest-keys = 🔑 Ніхто не показав, що ключ ще є: { $keys }. /backup proof
digest-more = Докладніше: /backups

proof-asked = 🔑 <b>Чи є ще ключ від бекапів?</b> Бекапи { $projects } зашифровано для <code>{ $recipient }</code>: без його секретної половини їх не відкрити. Розшифруйте нею цей файл і надішліть мені слово, яке в ньому:
    <code>age -d -i key.txt { $file }</code>
    <code>/backup proof СЛОВО</code>
proof-right = 🔑 Так, це воно: ключ <code>{ $recipient }</code> на місці.
proof-old = Це слово для <code>{ $recipient }</code> зі старого запитання ({ $at }), або його вже назвали. Чинне надішле /backup proof
proof-wrong = ❌ Не те слово. Надіслати файл ще раз: /backup proof
proof-none = 🔑 Зараз про ключі не питаю: відповідати нема на що.

trouble-backup-late = Бекап { $subject } запізнюється ({ $tier ->
    [weekly] тижневий
    [monthly] місячний
   *[daily] щоденний
}): останньому справному { $hours } год
trouble-backup-none = Бекапу { $subject } немає жодного ({ $tier ->
    [weekly] тижневий
    [monthly] місячний
   *[daily] щоденний
}), хоча розкладу вже { $hours } год
trouble-backup-shrunken = Бекап { $subject } підозріло малий: { $percent } % від звичного ({ $file })
trouble-backup-damaged = Бекап { $subject }: { $why ->
    [missing] файла { $file } немає на місці
    [changed] файл { $file } уже не той, що був записаний
   *[other] файл { $file } зіпсований
}. Таких файлів: { $count }
trouble-backup-failed = { $kind ->
    [daily] Щоденний бекап
    [weekly] Тижневий бекап
    [monthly] Місячний бекап
   *[drill] Пробне відновлення { $subject }
}: не вдалося, невдалих спроб поспіль: { $count }
trouble-drill-late = Бекап { $subject } не перевіряли відновленням { $hours } год
trouble-drill-none = Бекап { $subject } ще ні разу не перевіряли відновленням
trouble-disk-filling = Диск із бекапами заповниться днів за { $days }: вільно { $free_mb } МБ
trouble-cleanup-refused = Прибирання бекапів видалило б забагато ({ $count }): потрібна людина, /backup cleanup
trouble-copies-waiting = Копії бекапів деінде не вдаються, пробую далі. Самі бекапи на сервері цілі
trouble-keep-none = За backups.keep не лишилося б жодного справного бекапу; останній лишаю все одно ({ $count })
trouble-key-unproven = Ніхто не показав, що ключ від бекапів { $recipient } ще є: питаю вже { $days } д. Без нього бекапи не відкрити: /backup proof

error-unknown-backup = Бекапу <code>{ $name }</code> немає.{ $near } Усі: /backups

reason-backups-left = частину файлів лишаю: вони вже не такі, як у каталозі.
reason-rclone-missing = на сервері немає rclone, а backups.copy_to його просить.
reason-copy-failed = не все вдалося скопіювати. Бекапи на сервері цілі, спробую ще.
reason-copies-unreachable = до копій не дістатися. Спробую ще.
reason-too-many-files = у теці бекапів забагато файлів, щоб перелічити їх за раз.
reason-backup-unread = файл бекапу не прочитався.
problem-clock = { $detail }: пишіть 02:00, sun 03:00, 1 04:00 (день до 28) або off
problem-remote = { $detail }: пишіть remote:шлях, де remote є в rclone на сервері

step-drop-backups = Видалення старих бекапів
step-drop-copies = Видалення старих копій
step-copy-backups = Копіювання бекапів
runbook-cleanup-backups = прибирання бекапів
runbook-copy-backups = копіювання бекапів
ended-cleanup-backups-failed = ❌ Видалилося не все
ended-copy-backups-failed = ❌ Скопіювалося не все
result-cleanup-backups-succeeded = { $sign } <b>{ $project }</b>: старі бекапи прибрано. { $who }, { $span }
result-cleanup-backups-failed = { $sign } <b>{ $project }</b>: прибирання #{ $run } вдалося не все.
result-copy-backups-failed = { $sign } <b>{ $project }</b>: копіювання бекапів #{ $run } вдалося не все. Самі бекапи на сервері цілі.

help-backups = /backups <i>проєкт</i>: які бекапи є; ще /backup schedule, verify, download, pin, cleanup, digest, proof
help-dbsize = /dbsize <i>проєкт</i>: розмір баз і як вони ростуть
menu-backups = 🗄 Бекапи
menu-dbsize = 📈 Розмір баз
menu-about-backups = Які бекапи є
menu-about-dbsize = Розмір баз і як вони ростуть
