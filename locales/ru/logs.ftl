logs-heading = <b>{ $project }</b> · { $source } · { $at }
logs-level-critical = только критичные
logs-level-error = только ошибки
logs-level-warning = предупреждения и хуже
logs-start = { $back ->
    [0] с последнего запуска
   *[other] запуск, что был { $back } назад
}
logs-since = с { $at }
logs-until = до { $at }
logs-with = с «{ $words }»
logs-without = без «{ $words }»
logs-empty = пусто
logs-in-file = { $count ->
    [one] { $count } строка в файле
    [few] { $count } строки в файле
    [many] { $count } строк в файле
   *[other] { $count } строки в файле
}
logs-lines = { $count ->
    [one] { $count } строка
    [few] { $count } строки
    [many] { $count } строк
   *[other] { $count } строки
}
logs-searched = { $count ->
    [one] просмотрено { $size } в { $count } файле
    [few] просмотрено { $size } в { $count } файлах
    [many] просмотрено { $size } в { $count } файлах
   *[other] просмотрено { $size } в { $count } файла
}
logs-search-cut = дальше в прошлое не искал: сузьте since= и until=
logs-only-last = показаны последние
logs-follow = 👁 Следить
logs-none = Для { $project } не указано ни одного журнала. Добавьте logs в lotsman.yml

follow-heading = 👁 <b>{ $project }</b> · { $source } · вживую до { $until }
follow-over-heading = 📜 <b>{ $project }</b> · { $source }
follow-rate = { $rate } строки/с, всего { $total }
follow-flooded = 🌊 { $rate } строки/с — прочесть не успеть. Пропущено { $hidden }; покажу, как только утихнет. Меньше строк дадут error или grep=
follow-paused = ⏸ на паузе, { $rate } строки/с, пропущено { $hidden }
follow-pause = ⏸ Пауза
follow-resume = ▶️ Дальше
follow-stop = ⏹ Хватит
follow-ended-time = ⌛ Время вышло, строк было { $total }.
follow-ended-stopped = ⏹ Остановил { $who }, строк было { $total }.
follow-ended-replaced = ⏹ Слежу дальше в новом сообщении, строк здесь было { $total }.
follow-ended-restart = ♻️ Бот перезапустился и следить перестал; строк было { $total }.
follow-many = Уже слежу за { $count } журналами. Остановите какой-нибудь, и я возьмусь за этот.

patterns-new = 🆕 новое в журнале с этого релиза: { $found }
patterns-more = и ещё { $count }

error-bad-query = { $why ->
    [text] Пустой или слишком длинный текст: <code>{ $word }</code>
    [pattern] Это не регулярное выражение: <code>{ $word }</code>. Без косых черт ищется текст как есть
    [pattern-heavy] В этом выражении слишком много повторений: <code>{ $word }</code>
    [pattern-windows] На серверах с Windows ищу только текст, без регулярных выражений: <code>{ $word }</code>
    [time] Не понял времени: <code>{ $word }</code>. Можно так: <code>since=90m</code>, <code>since=14:02</code>, <code>until=2025-10-10T14:02</code>
    [order] since должно быть раньше until.
    [start] Не понял запуска: <code>{ $word }</code>. Можно так: <code>start=last</code>, <code>start=-1</code>
    [start-file] Запуски различаю в журнале службы; у файла знаю только последний запуск, который делал я.
    [lines] Строк должно быть от 1 до 5000: <code>{ $word }</code>
    [follow] Следить можно от 5 секунд до 15 минут: <code>follow=5m</code>
    [follow-windows] За журналами на Windows следить не умею.
    [undated] В строках этого журнала нет времени, так что since и until здесь не действуют.
    [too-many] Слишком много условий: не больше восьми.
   *[other] Не понял: <code>{ $word }</code>
}
reason-start-unknown = в журнале службы нет такого запуска.
reason-bad-pattern = сервер не принял регулярного выражения.
reason-log-undated = в строках журнала нет времени.
reason-start-file = запуски этого журнала не различить.
reason-no-room = на сервере нет места во временной папке.
