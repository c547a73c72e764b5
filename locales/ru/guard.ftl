# Что стоит между желанием и изменением: что миграции сделают с работающей версией, и в чём отказано.

button-go-on-migrations-dangerous = Деплой с этими миграциями

step-migrations = Что сделают миграции
reason-migrations-dangerous = миграции могут сломать версию, которая сейчас работает, и путь назад к ней. Ничего не изменено.
hint-migrations-dangerous = Правило: «только добавляй». Новая колонка может быть пустой или имеет значение по умолчанию, а старое убирают в более позднем релизе. Админ может разрешить кнопкой именно этот SQL.
reason-migrations-unreadable = файлы миграций не читаются.
reason-scratch-unwritable = нет места для временных файлов.

finding-drop-table = удаляет таблицу { $subject }
finding-drop-column = удаляет колонку { $subject }
finding-drop-other = удаляет { $subject }
finding-rename = переименовывает { $subject }
finding-not-null = { $subject } больше не может быть пустой, а работающая версия её не заполняет
finding-type = меняет тип { $subject }
finding-truncate = опустошает таблицу { $subject }
finding-delete-all = удаляет все строки { $subject }
finding-lock-index = строит индекс, и до конца никто не может писать в { $subject }{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-constraint = проверяет все строки { $subject } под блокировкой{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-rewrite = переписывает всю { $subject } под блокировкой{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-update = меняет все строки { $subject } разом{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-lock-other = блокирует { $subject }{ $known ->
    [yes] {" "}({ $size })
   *[no] {""}
}
finding-unclear = не могу оценить: прочитайте, пожалуйста
finding-unseen = заранее не видно, что они выполнят: { $subject }. Почему, говорит журнал
finding-too-long = SQL слишком длинный, чтобы его оценить: { $size }
finding-garbled = SQL дошёл не таким, каким его отправил сервер

step-check-version = Отвечает новая версия
reason-version-unsaid = не говорит, какая версия работает.
reason-old-code = всё ещё работает старый код: { $proof ->
    [process] служба { $unit } не перезапустилась, её процессу { $process_age } с.
   *[answer] ждали { $version_wanted }, а ответ такой: { $version_said }
}
hint-old-code = Возможно, порт держит другой процесс, службу запустил кто-то другой или она работает из другой папки. Смотрите /logs

button-go-on-known-bad = Всё равно деплоить
button-go-on-would-undo = Всё равно продолжить
reason-known-bad = именно эта версия в прошлый раз не удалась, её вернули назад: #{ $bad_run }.
hint-known-bad = Если причина исправлена на сервере, админ может всё равно её задеплоить. Иначе исправьте и деплойте новый коммит.
reason-would-undo = { $count ->
    [one] это сняло бы { $count } чужой коммит:
    [few] это сняло бы { $count } чужих коммита:
    [many] это сняло бы { $count } чужих коммитов:
   *[other] это сняло бы { $count } чужих коммитов:
}
hint-would-undo = Ветка отстала? Подтяните её. Чтобы вернуться намеренно, есть /rollback
problem-git-author = { $detail }: здесь должно быть имя или почта без служебных символов

release-failed = ❌ <code>{ $name }</code> ({ $ref }) · { $who }, { $ago } · не удалось: #{ $run }
release-failed-tag = ❌ <code>{ $name }</code> · { $who }, { $ago } · не удалось: #{ $run }
release-migrations = { $count ->
    [one] останется { $count } миграция
    [few] останутся { $count } миграции
    [many] останется { $count } миграций
   *[other] останется { $count } миграций
}
way-back-migrations = <b>{ $project }</b> → <code>{ $ref }</code>: { $count ->
    [one] эта версия не знает { $count } применённой миграции:
    [few] эта версия не знает { $count } применённых миграций:
    [many] эта версия не знает { $count } применённых миграций:
   *[other] эта версия не знает { $count } применённых миграций:
}
way-back-how = Пока они только что-то добавляли, достаточно вернуть код. Если откатить и миграции, исчезнет всё, что сохранено в добавленном; перед этим сделаю бэкап.
way-back-backup = 💾 Самый новый бэкап: <code>{ $path }</code>, { $size }, { $ago }
button-way-code = Только код
button-way-down = Код и миграции
run-kept-migrations = { $count ->
    [one] остаётся { $count } миграция
    [few] остаются { $count } миграции
    [many] остаётся { $count } миграций
   *[other] остаётся { $count } миграций
}
step-migrate-down = Миграции назад
undo-migrate-down = Миграции, как были

run-changelog = <b>CHANGELOG</b>
run-changelog-unchanged = CHANGELOG без изменений
run-todos = <b>Недоделанное в новом коде</b>
step-tests = Тесты проекта
step-update-config = Конфиг из репозитория
undo-update-config = Конфиг, как был
reason-env-missing = в .env не хватает параметров, новых в .env.example: { $env_missing }
hint-env-missing = Добавьте их в .env на сервере, потом «Ещё раз».
reason-version-unmet = нужен { $need_name } { $need_wanted }, а здесь { $need_found }.
reason-todos-added = { $count ->
    [one] в новом коде { $count } срочное TODO
    [few] в новом коде { $count } срочных TODO
    [many] в новом коде { $count } срочных TODO
   *[other] в новом коде { $count } срочных TODO
}
reason-way-back-unsure = установлены не те зависимости, которых просит рабочая версия: на пути назад их придётся ставить заново
reason-tests-failed = тесты проекта на новом коммите не проходят.
reason-import-error = новый код не может что-то импортировать: { $import_error }
hint-import-error = Обычно в requirements не хватает зависимости или модуль переехал.
reason-config-unsaved = файлы конфига не сохранены, поэтому я их не заменяю.
reason-config-source-missing = в репозитории нет { $config_file }.
reason-config-unchanged = без изменений
problem-version-wanted = { $detail }: нужна версия, например ">=3.11"
problem-words = { $detail }: кавычки не сходятся

checklist = <b>Чек-лист</b>
checklist-servers = Серверы
checklist-disk = Диск
checklist-tree = Чистая рабочая копия
checklist-changes = Изменения и CHANGELOG
checklist-dependencies = Зависимости
checklist-versions = Версии
checklist-config = Настройки
checklist-todos = Срочные TODO
checklist-migrations = Миграции
checklist-tests = Тесты
checklist-backup = Свежий бэкап
checklist-way-back = Путь назад
checklist-free = свободно { $size }
checklist-no-change = без изменений
checklist-changed = изменились
checklist-none = нет
checklist-unasked = не задано
checklist-passed = прошли
checklist-old = { $span } назад
checklist-no-backup = для { $database } нет
checklist-only-add = только добавляют
reason-way-back-images = образа, из которого работает { $imageless }, на сервере уже нет: путь назад собрал бы его заново
reason-session-ends-steps = systemd завершит шаг вместе с соединением: в logind KillUserProcesses=yes, а у { $session_user } нет linger. На сервере: sudo loginctl enable-linger { $session_user }
