# Названия шагов и того, как их отменяют.

step-reach = Связь с сервером
step-resolve = Поиск версии
step-preflight = Проверки перед началом
step-backup-database = Бэкап базы { $subject }
step-backup-config = Копия настроек
step-stop = Остановка
step-restore-config = Настройки той версии
step-code = Код
step-dependencies = Зависимости
step-migrate = Миграции
step-start = Запуск
step-rights = Права и службы
step-restart = Перезапуск
step-switch = Переход на новую версию
step-check-unit = Служба { $subject }
step-check-http = { $subject }
step-check-heartbeat = Пульс { $subject }
step-check-log = Журнал { $subject } без ошибок
step-keep-images = Сохранение нынешних образов
step-build = Образы
step-images = Образы той версии
step-check-container = Контейнер { $subject }
step-check-containers = Контейнеры
step-tail-log = Последние строки журнала { $subject }
step-other = { $name } { $subject }

undo-stop = Запуск
undo-restore-config = Настройки, как были
undo-code = Код, как был
undo-dependencies = Зависимости, как были
undo-start = Остановка новой версии
undo-switch = Версия, как была
undo-keep-images = Контейнеры, как были
undo-other = { $name } { $subject }: назад
undo-titled = { $title }: назад
probe = Что вышло из шага «{ $step }»
