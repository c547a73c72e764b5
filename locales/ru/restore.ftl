# Восстановление из бэкапа: вопрос, ответы, шаги, итог.

restore-list = Что восстановить в <b>{ $project }</b>?
restore-list-line = { $sign } <code>{ $name }</code> · { $size } · { $ago }
restore-list-none = В <b>{ $project }</b> ещё нет целых бэкапов. Сделать: /backup { $project }
restore-ask = ⚠️ <b>{ $project }</b>: на место базы <code>{ $subject }</code> встанет бэкап за <b>{ $at }</b> ({ $ago }).
restore-ask-rollback = ⚠️ <b>{ $project }</b> → <code>{ $ref }</code> вместе с данными базы <code>{ $subject }</code> за <b>{ $at }</b> ({ $ago }).
restore-loses = 🗑 { $count ->
    [one] Исчезнет { $count } строка, которой в бэкапе нет:
    [few] Исчезнут { $count } строки, которых в бэкапе нет:
    [many] Исчезнет { $count } строк, которых в бэкапе нет:
   *[other] Исчезнет { $count } строк, которых в бэкапе нет:
}
restore-table = <code>{ $table }</code> −{ $rows }
restore-loses-nothing = 🗑 Строк, которых нет в бэкапе, сейчас нет. Изменения в тех, что есть, не посчитаны.
restore-brings = ➕ { $count ->
    [one] Вернётся { $count } строка, которой сейчас нет.
    [few] Вернутся { $count } строки, которых сейчас нет.
    [many] Вернётся { $count } строк, которых сейчас нет.
   *[other] Вернётся { $count } строк, которых сейчас нет.
}
restore-loss-unknown = 🗑 Сколько строк исчезнет, посчитать не удалось: всё, что записано после { $at }.
restore-proven = ⏱ Примерно { $span }, проверено пробным восстановлением { $ago }.
restore-unproven = ⚠️ Пробного восстановления ещё не было: файл цел, но сколько это займёт, неизвестно.
restore-kept = Нынешняя база останется рядом на сутки: /restore undo
restore-needs-second = 👥 Это продакшн: потом должен согласиться ещё один человек.
restore-type = Чтобы начать, напишите в течение { $span }: <code>{ $command }</code>
restore-second = 👥 <b>{ $project }</b> · продакшн. { $who } просит { $kind ->
    [undo] отменить последнее восстановление базы <code>{ $subject }</code>
    [rollback] вернуть <code>{ $ref }</code> вместе с данными базы <code>{ $subject }</code> из <code>{ $name }</code>
   *[restore] поставить на место базы <code>{ $subject }</code> бэкап <code>{ $name }</code>
}. Согласиться должен другой человек, в течение { $span }.
restore-agreed = ✅ { $who } соглашается: #{ $run }
restore-withdrawn = 🚫 { $who } передумывает: ничего не изменено.
restore-undo-which = Что вернуть, как было до восстановления?
button-restore-agree = Согласен
button-restore-withdraw = Не нужно

way-back-data = <b>{ $project }</b> → <code>{ $ref }</code>. Есть данные, какими они были перед тем деплоем: бэкап за { $at }.
button-way-data = Код и данные за { $at }
button-way-data-rows = Код и данные за { $at } (−{ $rows })
button-way-steps = { $count ->
    [one] Код и { $count } миграция
    [few] Код и { $count } миграции
    [many] Код и { $count } миграций
   *[other] Код и { $count } миграций
}

runbook-restore = восстановление
runbook-drop-old = уборка
result-restore-succeeded = { $sign } <b>{ $project }</b>: восстановлено, всё в порядке. { $who }, { $span }. То, что было, лежит рядом сутки: /restore undo
result-restore-rejected = { $sign } <b>{ $project }</b>: восстановление #{ $run } не началось. Живая база не затронута.
result-restore-failed = { $sign } <b>{ $project }</b>: восстановление #{ $run } не удалось. Живая база не затронута.
result-restore-rolled-back = { $sign } <b>{ $project }</b>: восстановление #{ $run } не удалось. Живая база цела, работает с теми данными, что были.
result-restore-rollback-failed = { $sign } <b>{ $project }</b>: восстановление #{ $run } не удалось, и вернуть всё, как было, тоже. Сервер ждёт человека.
ended-restore-rejected = ⛔ Не началось, живая база не затронута
ended-restore-failed = ❌ Не удалось, живая база не затронута
ended-restore-rolled-back = ↩️ Не удалось, данные такие, как были
result-drop-old-succeeded = { $sign } <b>{ $project }</b>: то, что лежало рядом после восстановления, убрано.

step-restore-look = Можно ли восстановить { $subject }
step-restore-safety = Бэкап { $subject } перед восстановлением
step-restore-load = Восстановление { $subject } рядом
step-restore-swap = Замена { $subject }
step-restore-drop = Уборка старой { $subject }
undo-restore-load = Уборка восстановленного рядом
undo-restore-swap = { $subject }, как была

reason-database-gone = базы { $database } на сервере нет.
reason-database-not-owned = пользователь Лоцмана не владелец базы { $database }, поэтому не может её заменить.
reason-createdb-missing = пользователь базы не может создавать базы (CREATEDB).
reason-aside-gone = того, что лежало рядом, уже нет.
reason-restore-file-missing = файла <code>{ $backup_file }</code> на сервере нет. Живая база не затронута.
reason-restore-file-changed = <code>{ $backup_file }</code> повреждён: контрольная сумма другая. Живая база не затронута.
reason-data-room-unknown = база на другом сервере: хватит ли там места, отсюда не видно.
reason-restore-sealed = этот бэкап зашифрован, а ключа, чтобы его открыть, у Лоцмана нет. Живая база не затронута.
reason-restore-load-failed = бэкап не удалось восстановить. Живая база не затронута.
reason-restore-differs = восстановлено не то, что было сохранено: { $table } — { $rows_there }, а должно быть { $rows_wanted }. Живая база не затронута.
reason-database-settings-lost = часть настроек базы (ALTER DATABASE … SET, GRANT CONNECT) восстановить не удалось.
reason-sessions-remain = к базе кто-то подключён, и отключить его не удаётся.
reason-swap-failed = заменить не удалось.
reason-folder-in-container = папка { $folder } в контейнере: отсюда её не заменить.
reason-folder-unwritable = папка, где это лежит, не даёт в себя писать.
reason-folder-not-ours = папка { $folder } принадлежит другому пользователю: восстановленное не будет его.
reason-definers-foreign = { $definers } представлений, триггеров или процедур базы { $database } принадлежат другому пользователю: после замены их не создать снова. Назовите restore_as.
reason-create-missing = пользователь базы не может создавать базы с названиями NAME__….
reason-drop-failed = убрать не удалось.
hint-createdb-missing = На сервере базы: <code>ALTER ROLE … CREATEDB</code>
hint-restore-file-changed = Есть другие бэкапы: /restore
hint-restore-load-failed = Есть другие бэкапы: /restore. Строки выше говорят, на чём остановилось.
hint-restore-differs = Есть другие бэкапы: /restore

error-cannot-restore = { $why ->
    [unknown] Бэкапа <code>{ $name }</code> нет. Какие есть: /restore
    [bad] <code>{ $name }</code> повреждён, его не восстановить. Живая база не затронута. Другие: /restore
    [unread] <code>{ $name }</code> ещё не прочитан до конца. Проверьте: <code>/backup verify { $name }</code>
    [config] Файлы настроек возвращаются вместе со своей версией: /rollback
    [unlisted] { $name }: этого в lotsman.yml больше нет.
    [nothing] Отменять нечего: за последние сутки в <b>{ $name }</b> ничего не восстанавливали.
    [unasked] Такого вопроса нет. Начните с <code>/restore { $name }</code>
    [other] Написать название должен тот, кто начинал.
    [expired] Время вышло. Начните снова: <code>/restore { $name }</code>
    [word] Название не то, ничего не делаю. Нужно: <code>/restore { $name } { $detail }</code>
    [same] Согласиться должен другой человек.
    [over] Это уже решено{ $detail ->
        [0] {""}
       *[other] : #{ $detail }
    }.
   *[engine] <code>{ $name }</code> отсюда не восстановить.
}
