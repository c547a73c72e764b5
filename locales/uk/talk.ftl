# Розмова: довідка, меню, запитання, відмови.

choose-project = Який проєкт?
versions-deploy = Що розгорнути в <b>{ $project }</b>? Найновіше зверху.
versions-more = … і ще { $count }: напишіть { $command } і назву.
versions-other = З якою версією виконати <code>{ $command }</code> у <b>{ $project }</b>? Найновіше зверху.
versions-none = У { $project } немає ні гілок, ні тегів.
versions-rollback = Куди повернути <b>{ $project }</b>?
versions-no-way-back = Повертатися нікуди: { $project } ще не розгортали, і тегів немає. Можна назвати коміт: /rollback { $project } КОМІТ
version-gone = Такої версії вже немає. Покажіть список знову: /deploy
wish-gone = Цю пропозицію вже забуто. Надішліть команду ще раз
release-live = 🟢 <code>{ $name }</code> ({ $ref }) · { $who }, { $ago }
release-live-tag = 🟢 <code>{ $name }</code> · { $who }, { $ago }
release-earlier-tag = ▫️ <code>{ $name }</code> · { $who }, { $ago }
release-earlier = ▫️ <code>{ $name }</code> ({ $ref }) · { $who }, { $ago }


status-heading = <b>Стан на { $at }</b>
status-none = Проєктів для вас немає.
status-project = { $sign } <b>{ $project }</b>
status-host = { $host }: <code>{ $name }</code> ({ $commit })
status-reached = { $host }: на зв’язку
status-unit = { $sign } { $unit } { $state }, { $since }
status-url = { $sign } { $url }: { $status }
status-dirty = ⚠️ файли на сервері змінено руками
status-busy = ⏳ { $runbook } #{ $run }, { $holder }
status-last = { $sign } { $runbook } #{ $run }, { $ago }
unit-active = працює
unit-inactive = зупинена
unit-failed = впала
unit-activating = запускається
unit-deactivating = зупиняється
unit-other = у невідомому стані

language-which = Якою мовою до вас звертатися?
language-chosen = Тепер говоримо українською. У чаті команди мова спільна.

late-command = <code>{ $command }</code> дійшло із запізненням ({ $ago }), тому саме не виконую. Ще потрібно?
command-set-aside = <code>{ $command }</code>: брався за це кілька разів, і щоразу щось мене обривало. Сам більше не берусь. Ще потрібно?
press-set-aside = Кнопку натиснули, та щоразу, коли я за це брався, щось мене обривало. Якщо ще потрібно, натисніть знову.
command-unknown = Команди <code>{ $command }</code> немає.{ $near } Усі команди: /help

refused-anonymous = Анонімних команд не виконую: так не видно, хто просить. Вимкніть анонімність і напишіть ще раз.
refused-forwarded = Пересланих команд не виконую. Напишіть її самі.
refused-stranger = Вас немає в списку. Ваш id <code>{ $id }</code>: нехай адмін додасть його в lotsman.yml
refused-other-chat = Тут я не працюю.

help-greeting = Вітаю, { $name }! Я Лоцман: заводжу релізи в порт. Ви { $role }, проєкти: { $projects }.
help-deploy = /deploy <i>проєкт версія</i>: розгорнути гілку, тег або коміт
help-rollback = /rollback <i>проєкт версія</i>: повернути версію, що працювала
help-preflight = /preflight <i>проєкт версія</i>: чи все готове до деплою
help-restart = /restart <i>проєкт</i>: перезапустити служби
help-backup = /backup <i>проєкт</i>: зберегти базу й налаштування
help-restore = /restore <i>бекап</i>: повернути дані з бекапу; /restore undo: як було до того
help-plan = /plan <i>проєкт версія</i>: що зробить /deploy, нічого не чіпаючи
help-announce = /announce <i>проєкт коли хвилини слова</i>: попередити про перерву; без слів — список
help-logs = /logs <i>проєкт журнал рядки error since=1h grep=слово</i>: журнал; follow — стежити
help-status = /status: що де працює
help-incidents = /incidents: що болить і що приглушено
help-mute = /mute <i>що час причина</i>: помовчати про проєкт, сервер чи перевірку
help-unmute = /unmute <i>що</i>: знову чути
help-runs = /runs: що робили останнім часом
help-cancel = /cancel <i>номер</i>: зупинити, за бажання з відкотом
help-unlock = /unlock <i>проєкт причина</i>: звільнити проєкт, якщо запуск завис
help-reload = /reload: перечитати lotsman.yml і тексти
help-lang = /lang: мова
help-help = /help: ця довідка

menu-deploy = 🚢 Розгорнути
menu-rollback = ↩️ Відкотити
menu-preflight = 🔎 Перевірити
menu-backup = 💾 Бекап
menu-announce = 🛠 Роботи
menu-logs = 📜 Журнал
menu-status = 🟢 Стан
menu-incidents = 🚨 Біди
menu-runs = 🕘 Останнє
menu-cancel = 🚫 Скасувати
menu-lang = 🌐 Мова

menu-about-deploy = Розгорнути версію
menu-about-rollback = Повернути попередню версію
menu-about-preflight = Чи все готове до деплою
menu-about-restart = Перезапустити служби
menu-about-backup = Зберегти базу й налаштування
menu-about-restore = Повернути дані з бекапу
menu-about-plan = Що зробить розгортання
menu-about-announce = Попередити про перерву в роботі
menu-about-logs = Журнал: пошук і стеження
menu-about-status = Що де працює
menu-about-incidents = Що болить і що приглушено
menu-about-mute = Помовчати про проєкт, сервер чи перевірку
menu-about-unmute = Знову чути про приглушене
menu-about-runs = Останні запуски
menu-about-cancel = Зупинити запуск
menu-about-unlock = Звільнити завислий проєкт
menu-about-reload = Перечитати налаштування
menu-about-lang = Обрати мову
menu-about-help = Що я вмію

config-reloaded = 🔄 Налаштування оновлено{ $by ->
    [no] {""}
   *[other] , { $by }
}
config-same = 🔄 Налаштування перечитано, нічого не змінилося{ $by ->
    [no] {""}
   *[other] , { $by }
}
config-kept = ⚠️ Налаштування лишилися як були{ $where ->
    [no] {""}
   *[other] {" "}(процес на { $where })
}{ $by ->
    [no] {""}
   *[other] , { $by }
}. Помилка:
config-projects = Проєкти: { $names }
config-hosts = Сервери: { $names }
config-people = Люди: { $names }
config-alerts = Сповіщення: { $names }
config-hooks = Вебхуки: { $names }
config-commands = Команди: { $names }
config-texts = { $count ->
    [one] Оновлено { $count } текст
    [few] Оновлено { $count } тексти
    [many] Оновлено { $count } текстів
   *[other] Оновлено { $count } тексту
}
reload-done = Перечитано. Що змінилося, видно в чаті команди.

announce-made = 🛠 <b>{ $project }</b>: роботи о { $at }, приблизно { $minutes } хв. Попереджає { $who }
announce-soon = 🛠 <b>{ $project }</b>: скоро роботи, о { $at }, приблизно { $minutes } хв. Проводить { $who }
announce-withdrawn = 🛠 <b>{ $project }</b>: робіт о { $at } не буде. Скасовує { $by }
announce-ours = 🛠 Оголошені роботи, { $at }–{ $until }. Попереджає { $who }
announce-heading = <b>Заплановані роботи</b>
announce-line = 🛠 <b>{ $project }</b> · { $at } · { $minutes } хв · { $who }
announce-none = Робіт не заплановано. Щоб попередити команду: <code>/announce проєкт 22:30 10 слова</code>
announce-accepted = Попередження про { $project } вже в чаті команди.
