# Що стоїть між бажанням і зміною: що міграції зроблять із версією, яка працює, і в чому відмовлено.

button-go-on-migrations-dangerous = Деплой із цими міграціями

step-migrations = Що зроблять міграції
reason-migrations-dangerous = міграції можуть зламати версію, що зараз працює, і шлях назад до неї. Нічого не змінено.
hint-migrations-dangerous = Правило: «лише додавай». Нова колонка може бути порожньою або має значення за замовчуванням, а старе прибирають у пізнішому релізі. Адмін може дозволити кнопкою саме цей SQL.
reason-migrations-unreadable = файли міграцій не читаються.
reason-scratch-unwritable = немає місця для тимчасових файлів.

finding-drop-table = видаляє таблицю { $subject }
finding-drop-column = видаляє колонку { $subject }
finding-drop-other = видаляє { $subject }
finding-rename = перейменовує { $subject }
finding-not-null = { $subject } більше не може бути порожньою, а версія, що працює, її не заповнює
finding-type = змінює тип { $subject }
finding-truncate = спорожняє таблицю { $subject }
finding-delete-all = видаляє всі рядки { $subject }
finding-lock-index = будує індекс, і доти ніхто не може писати в { $subject }{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-constraint = перевіряє всі рядки { $subject } під блокуванням{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-rewrite = переписує всю { $subject } під блокуванням{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-update = змінює всі рядки { $subject } за раз{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-other = блокує { $subject }{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-unclear = не можу оцінити: прочитайте, будь ласка
finding-unseen = наперед не видно, що вони виконають: { $subject }. Чому, каже журнал
finding-too-long = SQL задовгий, щоб його оцінити: { $size }
finding-garbled = SQL дійшов не таким, яким його надіслав сервер

step-check-version = Відповідає нова версія
reason-version-unsaid = не каже, яка версія працює.
reason-old-code = досі працює старий код: { $proof ->
    [process] служба { $unit } не перезапустилася, її процесу { $process_age } с.
   *[answer] чекали { $version_wanted }, а відповідь така: { $version_said }
}
hint-old-code = Можливо, порт тримає інший процес, службу запустив хтось інший або вона працює з іншої теки. Дивіться /logs

button-go-on-known-bad = Усе одно деплоїти
button-go-on-would-undo = Усе одно продовжити
reason-known-bad = саме ця версія минулого разу не вдалася, її повернули назад: #{ $bad_run }.
hint-known-bad = Якщо причину виправлено на сервері, адмін може все одно її задеплоїти. Інакше виправте й деплойте новий коміт.
reason-would-undo = { $count ->
    [one] це зняло б { $count } чужий коміт:
    [few] це зняло б { $count } чужі коміти:
    [many] це зняло б { $count } чужих комітів:
   *[other] це зняло б { $count } чужих комітів:
}
hint-would-undo = Гілка відстала? Підтягніть її. Щоб повернутися навмисно, є /rollback
problem-git-author = { $detail }: тут має бути ім’я або пошта без службових символів

release-failed = ❌ <code>{ $name }</code> ({ $ref }) · { $who }, { $ago } · не вдалося: #{ $run }
release-failed-tag = ❌ <code>{ $name }</code> · { $who }, { $ago } · не вдалося: #{ $run }
release-migrations = { $count ->
    [one] лишиться { $count } міграція
    [few] лишаться { $count } міграції
    [many] лишиться { $count } міграцій
   *[other] лишиться { $count } міграцій
}
way-back-migrations = <b>{ $project }</b> → <code>{ $ref }</code>: { $count ->
    [one] ця версія не знає { $count } застосованої міграції:
    [few] ця версія не знає { $count } застосованих міграцій:
    [many] ця версія не знає { $count } застосованих міграцій:
   *[other] ця версія не знає { $count } застосованих міграцій:
}
way-back-how = Поки вони лише щось додавали, досить повернути код. Якщо відкотити й міграції, зникне все, що збережено в доданому; перед тим зроблю бекап.
way-back-backup = 💾 Найновіший бекап: <code>{ $path }</code>, { $size }, { $ago }
button-way-code = Лише код
button-way-down = Код і міграції
run-kept-migrations = { $count ->
    [one] лишається { $count } міграція
    [few] лишаються { $count } міграції
    [many] лишається { $count } міграцій
   *[other] лишається { $count } міграцій
}
step-migrate-down = Міграції назад
undo-migrate-down = Міграції, як були

run-changelog = <b>CHANGELOG</b>
run-changelog-unchanged = CHANGELOG без змін
run-todos = <b>Недороблене в новому коді</b>
step-tests = Тести проєкту
step-update-config = Конфіг із репозиторію
undo-update-config = Конфіг, як був
reason-env-missing = у .env бракує параметрів, нових у .env.example: { $env_missing }
hint-env-missing = Додайте їх у .env на сервері, потім «Ще раз».
reason-version-unmet = потрібен { $need_name } { $need_wanted }, а тут { $need_found }.
reason-todos-added = { $count ->
    [one] у новому коді { $count } термінове TODO
    [few] у новому коді { $count } термінові TODO
    [many] у новому коді { $count } термінових TODO
   *[other] у новому коді { $count } термінових TODO
}
reason-way-back-unsure = встановлено не ті залежності, яких просить робоча версія: на шляху назад їх доведеться ставити знову
reason-tests-failed = тести проєкту на новому коміті не проходять.
reason-import-error = новий код не може щось імпортувати: { $import_error }
hint-import-error = Зазвичай у requirements бракує залежності або модуль переїхав.
reason-config-unsaved = файли конфігу не збережено, тому я їх не заміняю.
reason-config-source-missing = у репозиторії немає { $config_file }.
reason-config-unchanged = без змін
problem-version-wanted = { $detail }: потрібна версія, наприклад ">=3.11"
problem-words = { $detail }: лапки не сходяться

checklist = <b>Чекліст</b>
checklist-servers = Сервери
checklist-disk = Диск
checklist-tree = Чиста робоча копія
checklist-changes = Зміни та CHANGELOG
checklist-dependencies = Залежності
checklist-versions = Версії
checklist-config = Налаштування
checklist-todos = Термінові TODO
checklist-migrations = Міграції
checklist-tests = Тести
checklist-backup = Свіжий бекап
checklist-way-back = Шлях назад
checklist-free = вільно { $size }
checklist-no-change = без змін
checklist-changed = змінилися
checklist-none = немає
checklist-unasked = не задано
checklist-passed = пройшли
checklist-old = { $span } тому
checklist-no-backup = для { $database } немає
checklist-only-add = лише додають
reason-way-back-images = образу, з якого працює { $imageless }, на сервері вже немає: шлях назад зібрав би його знову
reason-session-ends-steps = systemd завершить крок разом зі з’єднанням: у logind KillUserProcesses=yes, а { $session_user } не має linger. На сервері: sudo loginctl enable-linger { $session_user }
