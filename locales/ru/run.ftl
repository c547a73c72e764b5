# Сообщения о деплое, откате, бэкапе: живая карточка и итог.

runbook-deploy = деплой
runbook-rollback = откат
runbook-backup = бэкап
runbook-verify = проверка бэкапа
runbook-preflight = осмотр
runbook-restart = перезапуск
runbook-other = { $name }
runbook-titled = запуск «{ $title }»

run-heading = { $sign } <b>{ $project }</b> · { $runbook } #{ $run } · { $who }
run-wanted = Версия: <code>{ $ref }</code>
run-change = <code>{ $old }</code> → <code>{ $new }</code>
run-change-ref = <code>{ $old }</code> → <code>{ $new }</code> ({ $ref })
run-commits = { $count ->
    [one] { $count } новый коммит
    [few] { $count } новых коммита
    [many] { $count } новых коммитов
   *[other] { $count } нового коммита
}
run-undone = { $count ->
    [one] назад на { $count } коммит
    [few] назад на { $count } коммита
    [many] назад на { $count } коммитов
   *[other] назад на { $count } коммита
}
run-migrations = { $count ->
    [one] { $count } миграция
    [few] { $count } миграции
    [many] { $count } миграций
   *[other] { $count } миграции
}
run-requirements = другие зависимости
run-elapsed = ⏱ { $span }
run-undoing = <b>Возвращаю, как было</b>
run-accepted = Принято: #{ $run }, { $project }. Ход виден в чате команды.
run-log = Журнал #{ $run }, { $project }

state-undoing = ↩️ Не вышло. Возвращаю <code>{ $old }</code>…
state-undoing-on = ↩️ На { $hosts } не вышло. Возвращаю там <code>{ $old }</code>…
state-undoing-plain = ↩️ Не вышло. Возвращаю, как было…
state-cancelling-back-plain = 🚫 { $who } отменяет, возвращаю, как было…
state-cancelling = 🚫 { $who } отменяет, останавливаю…
state-cancelling-back = 🚫 { $who } отменяет, возвращаю <code>{ $old }</code>…
state-waiting = 🕐 Место в очереди: { $position }. Начну, как только проект освободится
state-asking = ❓ Жду ответа: чем закончился шаг «{ $step }» на { $host }?

ended-succeeded = ✅ Готово
ended-rejected = ⛔ Не начато, ничего не изменено
ended-failed = ❌ Не удалось, ничего не изменено
ended-backup-failed = ❌ Удалось не всё: что именно нет, сказано в итоге
ended-verify-failed = ❌ Проверка не пройдена: почему, сказано в итоге
ended-rolled-back = ↩️ Не удалось, снова работает <code>{ $old }</code>
ended-rollback-failed = 🆘 Не удалось, и вернуть <code>{ $old }</code> не вышло: нужен человек
ended-rolled-back-plain = ↩️ Не удалось, всё возвращено, как было
ended-rollback-failed-plain = 🆘 Не удалось, и вернуть, как было, не вышло: нужен человек
ended-preflight-succeeded = ✅ К деплою всё готово
ended-preflight-rejected = ⛔ К деплою не готово
ended-preflight-failed = ⛔ К деплою не готово
ended-restart-rolled-back = ↩️ С первого раза не вышло, со второго службы поднялись
ended-partial = ⚠️ На новой версии только часть серверов
ended-cancelled = 🚫 Отменено{ $changed ->
    [back] , снова работает <code>{ $old }</code>
    [undone] , всё возвращено, как было
    [halfway] : сделанное осталось как есть
   *[no] , ничего не изменено
}
ended-unknown = ❓ Чем кончился шаг, неизвестно: посмотрите на сервер

result-deploy-succeeded = { $sign } <b>{ $project }</b>: { $old } → <b>{ $new }</b>, всё работает. { $who }, { $span }
result-rollback-succeeded = { $sign } <b>{ $project }</b>: вернулись на <b>{ $new }</b> (было { $old }), всё работает. { $who }, { $span }
result-backup-succeeded = { $sign } <b>{ $project }</b>: бэкап готов и проверен. { $who }, { $span }
result-verify-succeeded = { $sign } <b>{ $project }</b>: бэкап проверен. { $who }, { $span }
result-verify-failed = { $sign } <b>{ $project }</b>: проверка бэкапа #{ $run } не удалась.
result-backup-failed = { $sign } <b>{ $project }</b>: бэкап #{ $run } удался не весь.
result-preflight-succeeded = { $sign } <b>{ $project }</b>: { $old } → <b>{ $new }</b>, к деплою всё готово. { $who }, { $span }
result-preflight-rejected = { $sign } <b>{ $project }</b>: к деплою не готово.
result-preflight-failed = { $sign } <b>{ $project }</b>: к деплою не готово.
result-restart-succeeded = { $sign } <b>{ $project }</b>: перезапущено, всё работает. { $who }, { $span }
result-restart-rolled-back = { $sign } <b>{ $project }</b>: после перезапуска #{ $run } что-то пошло не так. Службы запущены ещё раз, и теперь всё работает.
result-restart-rollback-failed = { $sign } <b>{ $project }</b>: после перезапуска #{ $run } службы не работают как надо, и вторая попытка не помогла. Сервер ждёт человека.
result-succeeded = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } выполнен. { $who }, { $span }
result-rejected = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не начат, ничего не изменено.
result-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не удался, ничего не изменено.
result-rolled-back = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не удался, снова работает <b>{ $old }</b>.
result-rollback-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не удался, и вернуть { $old } не вышло. Сервер ждёт человека.
result-rolled-back-plain = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не удался, всё возвращено, как было.
result-rollback-failed-plain = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не удался, и вернуть, как было, не вышло. Сервер ждёт человека.
result-partial = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } удался не везде, серверы на разных версиях. Завершите на остальных или верните все.
result-cancelled = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } отменён ({ $who }), { $changed ->
    [back] снова работает <b>{ $old }</b>.
    [undone] всё возвращено, как было.
    [halfway] сделанное осталось как есть. Продолжите или откатите.
   *[no] ничего не изменено.
}
result-unknown = { $sign } <b>{ $project }</b>: { $why ->
    [unlocked] проект освобождён ({ $who }: { $reason }). Чем кончился { $runbook } #{ $run }, неизвестно: посмотрите на сервер, прежде чем начинать снова.
    [aborted] { $runbook } #{ $run } завершён как есть ({ $who }). Посмотрите на сервер, прежде чем начинать снова.
   *[lost] { $runbook } #{ $run } оборвался, и чем кончился шаг, неизвестно. Посмотрите на сервер, прежде чем начинать снова.
}

failed-where = <b>{ $host }</b>, «{ $step }»{ $code ->
    [none] {""}
   *[other] {", "}код выхода { $code }
}:
failed-back = При возврате, «{ $step }»:
backup-line = 💾 <code>{ $path }</code>, { $size }

runs-heading = <b>Последнее</b>
runs-none = Ещё ничего не запускали. Начните с /deploy
runs-line = { $sign } #{ $run } { $project } · { $runbook }{ $has_ref ->
    [yes] {" "}<code>{ $ref }</code>
   *[no] {""}
} · { $who } · { $at } · { $span }

word-succeeded = удачно
word-rejected = не начат
word-failed = не удался
word-rolled-back = не удался, возвращено
word-rollback-failed = не удался, вернуть не вышло
word-partial = удалось не везде
word-cancelled = отменён
word-unknown = неизвестно как

cancel-nothing = Сейчас ничего не выполняется.
cancel-which = Что отменить?
cancel-over = #{ $run } уже завершён: { $result }.
cancel-undoing = #{ $run } как раз возвращает прежнюю версию. Дождитесь конца: оборвать это значило бы оставить сервер ни на чём.

host-halfway = остановлено на полпути
host-failed = не вышло: { $step }
settled-ok = { $who }: сделано
settled-failed = { $who }: не сделано
attention = ❓ <b>{ $project }</b> #{ $run }: чем закончился шаг «{ $step }» на <b>{ $host }</b>, неизвестно. Начался { $since }, конца никто не видел.
attention-ways = Взгляните на сервер и выберите: выполнить шаг ещё раз, считать сделанным, вернуть всё назад или завершить, ничего не трогая. До тех пор проект занят.
answer-retry = Ещё раз
answer-done = Сделано
answer-back = Откатить
answer-abort = Завершить
attention-answered = 🔎 <b>{ $project } #{ $run }</b> · { $host }: «{ $step }» → { $answer } ({ $who })
answer-late = #{ $run } об этом уже не спрашивает.
cancel-how = #{ $run }, { $project }: кое-что уже изменено. Как остановить?
unlock-free = <b>{ $project }</b> ничем не занят.
plan-heading = <b>{ $project }</b>: что сделает /deploy
plan-steps = { $count ->
    [one] { $count } шаг, скрипты в файле
    [few] { $count } шага, скрипты в файле
    [many] { $count } шагов, скрипты в файле
   *[other] { $count } шага, скрипты в файле
}
plan-hosts = Серверы по очереди: { $waves }

down-soon = ⏸ <b>{ $project }</b> будет ненадолго остановлен
down-now = ⏸ <b>{ $project }</b>{ $host ->
    [no] {""}
   *[other] {" "}на { $host }
} остановлен · { $span }
down-was = ⏸ Перерыв в работе: { $spans }
down-still = ⏸ <b>{ $project }</b>{ $host ->
    [no] {""}
   *[other] {" "}на { $host }
} всё ещё остановлен

measured = ⏱ p95 { $before } → { $after } мс{ $verdict ->
    [slower] {" "}⚠️ стало медленнее
    [failing] {" "}⚠️ больше ошибок
    [unclear] : слишком мало ответов, чтобы сравнить
   *[steady] : без заметных изменений
}{ $errors ->
    [0] {""}
   *[other] . Ошибок { $errors } из { $requests }
}. Нагрузка { $load_before } → { $load_after }
picture-caption = 📈 <b>{ $project }</b> #{ $run }: до и после
picture-time = ответ, мс
picture-load = нагрузка
picture-before = до: p50 { $p50 }, p95 { $p95 } мс
picture-after = после: p50 { $p50 }, p95 { $p95 } мс

actor-probation = наблюдение
probation-watching = 👀 Под наблюдением до { $until }
probation-good = 👀 { $span } под наблюдением: всё хорошо
probation-superseded = 👀 Наблюдение закончено: начат новый запуск
probation-kept = 👀 Оставили как есть
trouble = 🚨 <b>{ $project }</b>: новая версия <b>{ $new }</b> (#{ $run }) не держится
trouble-reason = <b>{ $host }</b>, «{ $step }»: { $why }
trouble-times = { $count ->
    [one] ({ $count } раз подряд)
    [few] ({ $count } раза подряд)
    [many] ({ $count } раз подряд)
   *[other] ({ $count } раза подряд)
}
trouble-failing = проверка не проходит.
trouble-returning = ↩️ Возвращаю <b>{ $old }</b>: #{ $back }
trouble-busy = Хотел вернуть предыдущую версию, но проект занят: #{ $busy }. Решать вам.
trouble-kept = Оставляем как есть. Так решает { $who }
trouble-logs = Журнал
trouble-keep = Оставить
trouble-back = Откатить
