# Время, размеры, кнопки: слова, общие для всех сообщений.

language-name = Русский

span-moment = { $seconds } с
span-seconds = { $seconds } с
span-minutes = { $seconds ->
    [0] { $minutes } мин
   *[other] { $minutes } мин { $seconds } с
}
span-hours = { $minutes ->
    [0] { $hours } ч
   *[other] { $hours } ч { $minutes } мин
}
span-days = { $hours ->
    [0] { $days } д
   *[other] { $days } д { $hours } ч
}

ago-moment = только что
ago-minutes = { $count } мин назад
ago-hours = { $count } ч назад
ago-days = { $count ->
    [one] { $count } день назад
    [few] { $count } дня назад
    [many] { $count } дней назад
   *[other] { $count } дня назад
}

size-bytes = { $count } Б
size-kb = { $count } КБ
size-mb = { $count } МБ
size-gb = { $count } ГБ

near = Может быть, { $names }?
and-more = … и ещё { $count }
no-answer = не отвечает

button-cancel = Отменить
button-log = Журнал
button-retry = Ещё раз
button-back = Откатить
button-stop = Остановить здесь
button-stop-back = Остановить и откатить
button-resume = Продолжить
button-finish = Завершить на остальных
button-all-back = Вернуть все
button-wait = Встать в очередь
button-again = Всё равно выполнить
button-run-late = Выполнить сейчас
button-withdraw = 🗑 { $project } { $at }

role-viewer = наблюдатель
role-operator = оператор
role-admin = админ
