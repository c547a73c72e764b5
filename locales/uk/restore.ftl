# Відновлення з бекапу: питання, відповіді, кроки, підсумок.

restore-list = Що відновити в <b>{ $project }</b>?
restore-list-line = { $sign } <code>{ $name }</code> · { $size } · { $ago }
restore-list-none = У <b>{ $project }</b> ще немає цілих бекапів. Зробити: /backup { $project }
restore-ask = ⚠️ <b>{ $project }</b>: на місце бази <code>{ $subject }</code> стане бекап за <b>{ $at }</b> ({ $ago }).
restore-ask-rollback = ⚠️ <b>{ $project }</b> → <code>{ $ref }</code> разом із даними бази <code>{ $subject }</code> за <b>{ $at }</b> ({ $ago }).
restore-loses = 🗑 { $count ->
    [one] Зникне { $count } рядок, якого в бекапі немає:
    [few] Зникнуть { $count } рядки, яких у бекапі немає:
    [many] Зникне { $count } рядків, яких у бекапі немає:
   *[other] Зникне { $count } рядків, яких у бекапі немає:
}
restore-table = <code>{ $table }</code> −{ $rows }
restore-loses-nothing = 🗑 Рядків, яких немає в бекапі, зараз немає. Зміни в тих, що є, не пораховано.
restore-brings = ➕ { $count ->
    [one] Повернеться { $count } рядок, якого зараз немає.
    [few] Повернуться { $count } рядки, яких зараз немає.
    [many] Повернеться { $count } рядків, яких зараз немає.
   *[other] Повернеться { $count } рядків, яких зараз немає.
}
restore-loss-unknown = 🗑 Скільки рядків зникне, порахувати не вдалося: усе, що записано після { $at }.
restore-proven = ⏱ Приблизно { $span }, перевірено пробним відновленням { $ago }.
restore-unproven = ⚠️ Пробного відновлення ще не було: файл цілий, але скільки це триватиме, невідомо.
restore-kept = Теперішня база лишиться поруч на добу: /restore undo
restore-needs-second = 👥 Це продакшн: потім має погодити ще одна людина.
restore-type = Щоб почати, напишіть протягом { $span }: <code>{ $command }</code>
restore-second = 👥 <b>{ $project }</b> · продакшн. { $who } просить { $kind ->
    [undo] скасувати останнє відновлення бази <code>{ $subject }</code>
    [rollback] повернути <code>{ $ref }</code> разом із даними бази <code>{ $subject }</code> з <code>{ $name }</code>
   *[restore] поставити на місце бази <code>{ $subject }</code> бекап <code>{ $name }</code>
}. Погодити має інша людина, протягом { $span }.
restore-agreed = ✅ { $who } погоджує: #{ $run }
restore-withdrawn = 🚫 { $who } передумує: нічого не змінено.
restore-undo-which = Що повернути, як було до відновлення?
button-restore-agree = Погоджую
button-restore-withdraw = Не треба

way-back-data = <b>{ $project }</b> → <code>{ $ref }</code>. Є дані, якими вони були перед тим деплоєм: бекап за { $at }.
button-way-data = Код і дані за { $at }
button-way-data-rows = Код і дані за { $at } (−{ $rows })
button-way-steps = { $count ->
    [one] Код і { $count } міграція
    [few] Код і { $count } міграції
    [many] Код і { $count } міграцій
   *[other] Код і { $count } міграцій
}

runbook-restore = відновлення
runbook-drop-old = прибирання
result-restore-succeeded = { $sign } <b>{ $project }</b>: відновлено, усе гаразд. { $who }, { $span }. Те, що було, лежить поруч добу: /restore undo
result-restore-rejected = { $sign } <b>{ $project }</b>: відновлення #{ $run } не почалося. Жива база не зачеплена.
result-restore-failed = { $sign } <b>{ $project }</b>: відновлення #{ $run } не вдалося. Жива база не зачеплена.
result-restore-rolled-back = { $sign } <b>{ $project }</b>: відновлення #{ $run } не вдалося. Жива база ціла, працює з тими даними, що були.
result-restore-rollback-failed = { $sign } <b>{ $project }</b>: відновлення #{ $run } не вдалося, і повернути все, як було, теж. Сервер чекає на людину.
ended-restore-rejected = ⛔ Не почалося, жива база не зачеплена
ended-restore-failed = ❌ Не вдалося, жива база не зачеплена
ended-restore-rolled-back = ↩️ Не вдалося, дані такі, як були
result-drop-old-succeeded = { $sign } <b>{ $project }</b>: те, що лежало поруч після відновлення, прибрано.

step-restore-look = Чи можна відновити { $subject }
step-restore-safety = Бекап { $subject } перед відновленням
step-restore-load = Відновлення { $subject } поруч
step-restore-swap = Заміна { $subject }
step-restore-drop = Прибирання старої { $subject }
undo-restore-load = Прибирання відновленого поруч
undo-restore-swap = { $subject }, як була

reason-database-gone = бази { $database } на сервері немає.
reason-database-not-owned = користувач Лоцмана не є власником бази { $database }, тож не може її замінити.
reason-createdb-missing = користувач бази не може створювати бази (CREATEDB).
reason-aside-gone = того, що лежало поруч, уже немає.
reason-restore-file-missing = файлу <code>{ $backup_file }</code> на сервері немає. Жива база не зачеплена.
reason-restore-file-changed = <code>{ $backup_file }</code> пошкоджено: контрольна сума інша. Жива база не зачеплена.
reason-data-room-unknown = база на іншому сервері: чи вистачить там місця, звідси не видно.
reason-restore-sealed = цей бекап зашифровано, а ключа, щоб його відкрити, у Лоцмана немає. Жива база не зачеплена.
reason-restore-load-failed = бекап не вдалося відновити. Жива база не зачеплена.
reason-restore-differs = відновлено не те, що було збережено: { $table } — { $rows_there }, а має бути { $rows_wanted }. Жива база не зачеплена.
reason-database-settings-lost = частину налаштувань бази (ALTER DATABASE … SET, GRANT CONNECT) відновити не вдалося.
reason-sessions-remain = до бази хтось під’єднаний, і від’єднати його не вдається.
reason-swap-failed = замінити не вдалося.
reason-folder-in-container = тека { $folder } у контейнері: звідси її не замінити.
reason-folder-unwritable = тека, де це лежить, не дає в себе писати.
reason-folder-not-ours = тека { $folder } належить іншому користувачеві: відновлене не буде його.
reason-definers-foreign = { $definers } виглядів, тригерів або процедур бази { $database } належать іншому користувачеві: після заміни їх не створити знову. Назвіть restore_as.
reason-create-missing = користувач бази не може створювати бази з назвами NAME__….
reason-drop-failed = прибрати не вдалося.
hint-createdb-missing = На сервері бази: <code>ALTER ROLE … CREATEDB</code>
hint-restore-file-changed = Є інші бекапи: /restore
hint-restore-load-failed = Є інші бекапи: /restore. Рядки вище кажуть, на чому спинилося.
hint-restore-differs = Є інші бекапи: /restore

error-cannot-restore = { $why ->
    [unknown] Бекапу <code>{ $name }</code> немає. Які є: /restore
    [bad] <code>{ $name }</code> пошкоджено, його не відновити. Жива база не зачеплена. Інші: /restore
    [unread] <code>{ $name }</code> ще не прочитано до кінця. Перевірте: <code>/backup verify { $name }</code>
    [config] Файли налаштувань повертаються разом зі своєю версією: /rollback
    [unlisted] { $name }: цього в lotsman.yml більше немає.
    [nothing] Скасовувати нічого: за останню добу в <b>{ $name }</b> нічого не відновлювали.
    [unasked] Такого питання немає. Почніть із <code>/restore { $name }</code>
    [other] Написати назву має той, хто починав.
    [expired] Час вийшов. Почніть знову: <code>/restore { $name }</code>
    [word] Назва не та, нічого не роблю. Треба: <code>/restore { $name } { $detail }</code>
    [same] Погодити має інша людина.
    [over] Це вже вирішено{ $detail ->
        [0] {""}
       *[other] : #{ $detail }
    }.
   *[engine] <code>{ $name }</code> звідси не відновити.
}
