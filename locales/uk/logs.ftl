logs-heading = <b>{ $project }</b> · { $source } · { $at }
logs-level-critical = лише критичні
logs-level-error = лише помилки
logs-level-warning = попередження й гірше
logs-start = { $back ->
    [0] від останнього запуску
   *[other] запуск, що був { $back } тому
}
logs-since = від { $at }
logs-until = до { $at }
logs-with = з «{ $words }»
logs-without = без «{ $words }»
logs-empty = порожньо
logs-in-file = { $count ->
    [one] { $count } рядок у файлі
    [few] { $count } рядки у файлі
    [many] { $count } рядків у файлі
   *[other] { $count } рядка у файлі
}
logs-lines = { $count ->
    [one] { $count } рядок
    [few] { $count } рядки
    [many] { $count } рядків
   *[other] { $count } рядка
}
logs-searched = { $count ->
    [one] переглянуто { $size } у { $count } файлі
    [few] переглянуто { $size } у { $count } файлах
    [many] переглянуто { $size } у { $count } файлах
   *[other] переглянуто { $size } у { $count } файлу
}
logs-search-cut = далі в минуле не шукав: звузьте since= і until=
logs-only-last = показано останні
logs-follow = 👁 Стежити
logs-none = Для { $project } не вказано жодного журналу. Додайте logs у lotsman.yml

follow-heading = 👁 <b>{ $project }</b> · { $source } · наживо до { $until }
follow-over-heading = 📜 <b>{ $project }</b> · { $source }
follow-rate = { $rate } рядка/с, усього { $total }
follow-flooded = 🌊 { $rate } рядка/с — не встигнути прочитати. Пропущено { $hidden }; покажу, щойно вщухне. Менше рядків дасть error або grep=
follow-paused = ⏸ на паузі, { $rate } рядка/с, пропущено { $hidden }
follow-pause = ⏸ Пауза
follow-resume = ▶️ Далі
follow-stop = ⏹ Досить
follow-ended-time = ⌛ Час вийшов, рядків було { $total }.
follow-ended-stopped = ⏹ Зупинив { $who }, рядків було { $total }.
follow-ended-replaced = ⏹ Стежу далі в новому повідомленні, рядків тут було { $total }.
follow-ended-restart = ♻️ Бот перезапустився, стежити перестав; рядків було { $total }.
follow-many = Уже стежу за { $count } журналами. Зупиніть якийсь, і я візьмуся за цей.

patterns-new = 🆕 нове в журналі від цього релізу: { $found }
patterns-more = і ще { $count }

error-bad-query = { $why ->
    [text] Порожній або задовгий текст: <code>{ $word }</code>
    [pattern] Це не регулярний вираз: <code>{ $word }</code>. Без скісних рисок буде шукано текст, як є
    [pattern-heavy] У цьому виразі забагато повторень: <code>{ $word }</code>
    [pattern-windows] На серверах з Windows шукаю лише текст, без регулярних виразів: <code>{ $word }</code>
    [time] Не зрозумів часу: <code>{ $word }</code>. Можна так: <code>since=90m</code>, <code>since=14:02</code>, <code>until=2025-10-10T14:02</code>
    [order] since має бути раніше за until.
    [start] Не зрозумів запуску: <code>{ $word }</code>. Можна так: <code>start=last</code>, <code>start=-1</code>
    [start-file] Запуски розрізняю в журналі служби; у файла знаю лише останній запуск, що його робив я.
    [lines] Рядків має бути від 1 до 5000: <code>{ $word }</code>
    [follow] Стежити можна від 5 секунд до 15 хвилин: <code>follow=5m</code>
    [follow-windows] За журналами на Windows стежити не вмію.
    [undated] У рядках цього журналу немає часу, тож since і until тут не діють.
    [too-many] Забагато умов: не більше восьми.
   *[other] Не зрозумів: <code>{ $word }</code>
}
reason-start-unknown = у журналі служби немає такого запуску.
reason-bad-pattern = сервер не прийняв регулярного виразу.
reason-log-undated = у рядках журналу немає часу.
reason-start-file = запуски цього журналу не розрізнити.
reason-no-room = на сервері немає місця в тимчасовій теці.
