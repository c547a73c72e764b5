# Разговор: справка, меню, вопросы, отказы.

choose-project = Какой проект?
versions-deploy = Что развернуть в <b>{ $project }</b>? Самое новое сверху.
versions-more = … и ещё { $count }: напишите { $command } и имя.
versions-other = С какой версией выполнить <code>{ $command }</code> в <b>{ $project }</b>? Новое сверху.
versions-none = У { $project } нет ни веток, ни тегов.
versions-rollback = Куда вернуть <b>{ $project }</b>?
versions-no-way-back = Возвращаться некуда: { $project } ещё не разворачивали, и тегов нет. Можно назвать коммит: /rollback { $project } КОММИТ
version-gone = Такой версии уже нет. Покажите список снова: /deploy
wish-gone = Это предложение уже забыто. Отправьте команду ещё раз
release-live = 🟢 <code>{ $name }</code> ({ $ref }) · { $who }, { $ago }
release-live-tag = 🟢 <code>{ $name }</code> · { $who }, { $ago }
release-earlier-tag = ▫️ <code>{ $name }</code> · { $who }, { $ago }
release-earlier = ▫️ <code>{ $name }</code> ({ $ref }) · { $who }, { $ago }


status-heading = <b>Состояние на { $at }</b>
status-none = Проектов для вас нет.
status-project = { $sign } <b>{ $project }</b>
status-host = { $host }: <code>{ $name }</code> ({ $commit })
status-reached = { $host }: на связи
status-unit = { $sign } { $unit } { $state }, { $since }
status-url = { $sign } { $url }: { $status }
status-dirty = ⚠️ файлы на сервере изменены руками
status-busy = ⏳ { $runbook } #{ $run }, { $holder }
status-last = { $sign } { $runbook } #{ $run }, { $ago }
unit-active = работает
unit-inactive = остановлена
unit-failed = упала
unit-activating = запускается
unit-deactivating = останавливается
unit-other = в неизвестном состоянии

language-which = На каком языке к вам обращаться?
language-chosen = Теперь говорим по-русски. В чате команды язык общий.

late-command = <code>{ $command }</code> дошло с опозданием ({ $ago }), поэтому само не выполняется. Ещё нужно?
command-set-aside = <code>{ $command }</code>: несколько раз брался, и каждый раз меня что-то обрывало. Сам больше не берусь. Ещё нужно?
press-set-aside = Кнопку нажали, но каждый раз, когда я за это брался, меня что-то обрывало. Если ещё нужно, нажмите снова.
command-unknown = Команды <code>{ $command }</code> нет.{ $near } Все команды: /help

refused-anonymous = Анонимных команд не выполняю: так не видно, кто просит. Выключите анонимность и напишите ещё раз.
refused-forwarded = Пересланных команд не выполняю. Напишите её сами.
refused-stranger = Вас нет в списке. Ваш id <code>{ $id }</code>: пусть админ добавит его в lotsman.yml
refused-other-chat = Здесь я не работаю.

help-greeting = Здравствуйте, { $name }! Я Лоцман: завожу релизы в порт. Вы { $role }, проекты: { $projects }.
help-deploy = /deploy <i>проект версия</i>: развернуть ветку, тег или коммит
help-rollback = /rollback <i>проект версия</i>: вернуть версию, которая работала
help-preflight = /preflight <i>проект версия</i>: всё ли готово к деплою
help-restart = /restart <i>проект</i>: перезапустить службы
help-backup = /backup <i>проект</i>: сохранить базу и настройки
help-restore = /restore <i>бэкап</i>: вернуть данные из бэкапа; /restore undo: как было до того
help-plan = /plan <i>проект версия</i>: что сделает /deploy, ничего не трогая
help-announce = /announce <i>проект когда минуты слова</i>: предупредить о перерыве; без слов — список
help-logs = /logs <i>проект журнал строки error since=1h grep=слово</i>: журнал; follow — следить
help-status = /status: что где работает
help-incidents = /incidents: что болит и что приглушено
help-mute = /mute <i>что время причина</i>: помолчать о проекте, сервере или проверке
help-unmute = /unmute <i>что</i>: снова слышать
help-runs = /runs: что делали в последнее время
help-cancel = /cancel <i>номер</i>: остановить, по желанию с откатом
help-unlock = /unlock <i>проект причина</i>: освободить проект, если запуск завис
help-reload = /reload: перечитать lotsman.yml и тексты
help-lang = /lang: язык
help-help = /help: эта справка

menu-deploy = 🚢 Развернуть
menu-rollback = ↩️ Откатить
menu-preflight = 🔎 Проверить
menu-backup = 💾 Бэкап
menu-announce = 🛠 Работы
menu-logs = 📜 Журнал
menu-status = 🟢 Состояние
menu-incidents = 🚨 Беды
menu-runs = 🕘 Последнее
menu-cancel = 🚫 Отменить
menu-lang = 🌐 Язык

menu-about-deploy = Развернуть версию
menu-about-rollback = Вернуть прежнюю версию
menu-about-preflight = Всё ли готово к деплою
menu-about-restart = Перезапустить службы
menu-about-backup = Сохранить базу и настройки
menu-about-restore = Вернуть данные из бэкапа
menu-about-plan = Что сделает развёртывание
menu-about-announce = Предупредить о перерыве в работе
menu-about-logs = Журнал: поиск и слежение
menu-about-status = Что где работает
menu-about-incidents = Что болит и что приглушено
menu-about-mute = Помолчать о проекте, сервере или проверке
menu-about-unmute = Снова слышать о приглушённом
menu-about-runs = Последние запуски
menu-about-cancel = Остановить запуск
menu-about-unlock = Освободить зависший проект
menu-about-reload = Перечитать настройки
menu-about-lang = Выбрать язык
menu-about-help = Что я умею

config-reloaded = 🔄 Настройки обновлены{ $by ->
    [no] {""}
   *[other] , { $by }
}
config-same = 🔄 Настройки перечитаны, ничего не изменилось{ $by ->
    [no] {""}
   *[other] , { $by }
}
config-kept = ⚠️ Настройки остались прежними{ $where ->
    [no] {""}
   *[other] {" "}(процесс на { $where })
}{ $by ->
    [no] {""}
   *[other] , { $by }
}. Ошибка:
config-projects = Проекты: { $names }
config-hosts = Серверы: { $names }
config-people = Люди: { $names }
config-alerts = Оповещения: { $names }
config-hooks = Вебхуки: { $names }
config-commands = Команды: { $names }
config-texts = { $count ->
    [one] Обновлён { $count } текст
    [few] Обновлено { $count } текста
    [many] Обновлено { $count } текстов
   *[other] Обновлено { $count } текста
}
reload-done = Перечитано. Что изменилось, видно в чате команды.

announce-made = 🛠 <b>{ $project }</b>: работы в { $at }, примерно { $minutes } мин. Предупреждает { $who }
announce-soon = 🛠 <b>{ $project }</b>: скоро работы, в { $at }, примерно { $minutes } мин. Проводит { $who }
announce-withdrawn = 🛠 <b>{ $project }</b>: работ в { $at } не будет. Отменяет { $by }
announce-ours = 🛠 Объявленные работы, { $at }–{ $until }. Предупреждает { $who }
announce-heading = <b>Запланированные работы</b>
announce-line = 🛠 <b>{ $project }</b> · { $at } · { $minutes } мин · { $who }
announce-none = Работ не запланировано. Чтобы предупредить команду: <code>/announce проект 22:30 10 слова</code>
announce-accepted = Предупреждение о { $project } уже в чате команды.
