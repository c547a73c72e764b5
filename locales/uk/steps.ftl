# Назви кроків і того, як їх скасовують.

step-reach = Зв’язок із сервером
step-resolve = Пошук версії
step-preflight = Перевірки перед початком
step-backup-database = Бекап бази { $subject }
step-backup-config = Копія налаштувань
step-stop = Зупинка
step-restore-config = Налаштування тієї версії
step-code = Код
step-dependencies = Залежності
step-migrate = Міграції
step-start = Запуск
step-rights = Права й служби
step-restart = Перезапуск
step-switch = Перехід на нову версію
step-check-unit = Служба { $subject }
step-check-http = { $subject }
step-check-heartbeat = Пульс { $subject }
step-check-log = Журнал { $subject } без помилок
step-keep-images = Збереження теперішніх образів
step-build = Образи
step-images = Образи тієї версії
step-check-container = Контейнер { $subject }
step-check-containers = Контейнери
step-tail-log = Останні рядки журналу { $subject }
step-other = { $name } { $subject }

undo-stop = Запуск
undo-restore-config = Налаштування, як були
undo-code = Код, як був
undo-dependencies = Залежності, як були
undo-start = Зупинка нової версії
undo-switch = Версія, як була
undo-keep-images = Контейнери, як були
undo-other = { $name } { $subject }: назад
undo-titled = { $title }: назад
probe = Що вийшло з кроку «{ $step }»
