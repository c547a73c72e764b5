# Час, розміри, кнопки: слова, спільні для всіх повідомлень.

language-name = Українська

span-moment = { $seconds } с
span-seconds = { $seconds } с
span-minutes = { $seconds ->
    [0] { $minutes } хв
   *[other] { $minutes } хв { $seconds } с
}
span-hours = { $minutes ->
    [0] { $hours } год
   *[other] { $hours } год { $minutes } хв
}
span-days = { $hours ->
    [0] { $days } д
   *[other] { $days } д { $hours } год
}

ago-moment = щойно
ago-minutes = { $count } хв тому
ago-hours = { $count } год тому
ago-days = { $count ->
    [one] { $count } день тому
    [few] { $count } дні тому
    [many] { $count } днів тому
   *[other] { $count } дня тому
}

size-bytes = { $count } Б
size-kb = { $count } КБ
size-mb = { $count } МБ
size-gb = { $count } ГБ

near = Може, { $names }?
and-more = … і ще { $count }
no-answer = не відповідає

button-cancel = Скасувати
button-log = Журнал
button-retry = Ще раз
button-back = Відкотити
button-stop = Зупинити тут
button-stop-back = Зупинити й відкотити
button-resume = Продовжити
button-finish = Завершити на решті
button-all-back = Повернути всі
button-wait = Стати в чергу
button-again = Усе одно виконати
button-run-late = Виконати зараз
button-withdraw = 🗑 { $project } { $at }

role-viewer = глядач
role-operator = оператор
role-admin = адмін
