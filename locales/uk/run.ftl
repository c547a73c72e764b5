# Повідомлення про деплой, відкат, бекап: жива картка і підсумок.

runbook-deploy = деплой
runbook-rollback = відкат
runbook-backup = бекап
runbook-verify = перевірка бекапу
runbook-preflight = огляд
runbook-restart = перезапуск
runbook-other = { $name }
runbook-titled = запуск «{ $title }»

run-heading = { $sign } <b>{ $project }</b> · { $runbook } #{ $run } · { $who }
run-wanted = Версія: <code>{ $ref }</code>
run-change = <code>{ $old }</code> → <code>{ $new }</code>
run-change-ref = <code>{ $old }</code> → <code>{ $new }</code> ({ $ref })
run-commits = { $count ->
    [one] { $count } новий коміт
    [few] { $count } нові коміти
    [many] { $count } нових комітів
   *[other] { $count } нового коміту
}
run-undone = { $count ->
    [one] назад на { $count } коміт
    [few] назад на { $count } коміти
    [many] назад на { $count } комітів
   *[other] назад на { $count } коміту
}
run-migrations = { $count ->
    [one] { $count } міграція
    [few] { $count } міграції
    [many] { $count } міграцій
   *[other] { $count } міграції
}
run-requirements = інші залежності
run-elapsed = ⏱ { $span }
run-undoing = <b>Повертаю, як було</b>
run-accepted = Прийнято: #{ $run }, { $project }. Перебіг видно в чаті команди.
run-log = Журнал #{ $run }, { $project }

state-undoing = ↩️ Не вийшло. Повертаю <code>{ $old }</code>…
state-undoing-on = ↩️ На { $hosts } не вийшло. Повертаю там <code>{ $old }</code>…
state-undoing-plain = ↩️ Не вийшло. Повертаю, як було…
state-cancelling-back-plain = 🚫 { $who } скасовує, повертаю, як було…
state-cancelling = 🚫 { $who } скасовує, зупиняю…
state-cancelling-back = 🚫 { $who } скасовує, повертаю <code>{ $old }</code>…
state-waiting = 🕐 Місце в черзі: { $position }. Почну, щойно проєкт звільниться
state-asking = ❓ Чекаю на відповідь: чим скінчився крок «{ $step }» на { $host }?

ended-succeeded = ✅ Готово
ended-rejected = ⛔ Не почато, нічого не змінено
ended-failed = ❌ Не вдалося, нічого не змінено
ended-backup-failed = ❌ Вдалося не все: що саме ні, сказано в підсумку
ended-verify-failed = ❌ Перевірку не пройдено: чому, сказано в підсумку
ended-rolled-back = ↩️ Не вдалося, знову працює <code>{ $old }</code>
ended-rollback-failed = 🆘 Не вдалося, і повернути <code>{ $old }</code> не вийшло: потрібна людина
ended-rolled-back-plain = ↩️ Не вдалося, усе повернуто, як було
ended-rollback-failed-plain = 🆘 Не вдалося, і повернути, як було, не вийшло: потрібна людина
ended-preflight-succeeded = ✅ До деплою готово
ended-preflight-rejected = ⛔ До деплою не готово
ended-preflight-failed = ⛔ До деплою не готово
ended-restart-rolled-back = ↩️ З першого разу не вийшло, з другого служби піднялися
ended-partial = ⚠️ Лише частина серверів на новій версії
ended-cancelled = 🚫 Скасовано{ $changed ->
    [back] , знову працює <code>{ $old }</code>
    [undone] , усе повернуто, як було
    [halfway] : зроблене лишилося як є
   *[no] , нічого не змінено
}
ended-unknown = ❓ Чим скінчився крок, невідомо: погляньте на сервер

result-deploy-succeeded = { $sign } <b>{ $project }</b>: { $old } → <b>{ $new }</b>, усе працює. { $who }, { $span }
result-rollback-succeeded = { $sign } <b>{ $project }</b>: повернулися на <b>{ $new }</b> (було { $old }), усе працює. { $who }, { $span }
result-backup-succeeded = { $sign } <b>{ $project }</b>: бекап готовий і перевірений. { $who }, { $span }
result-verify-succeeded = { $sign } <b>{ $project }</b>: бекап перевірений. { $who }, { $span }
result-verify-failed = { $sign } <b>{ $project }</b>: перевірка бекапу #{ $run } не вдалася.
result-backup-failed = { $sign } <b>{ $project }</b>: бекап #{ $run } вдався не весь.
result-preflight-succeeded = { $sign } <b>{ $project }</b>: { $old } → <b>{ $new }</b>, до деплою готово. { $who }, { $span }
result-preflight-rejected = { $sign } <b>{ $project }</b>: до деплою не готово.
result-preflight-failed = { $sign } <b>{ $project }</b>: до деплою не готово.
result-restart-succeeded = { $sign } <b>{ $project }</b>: перезапущено, усе працює. { $who }, { $span }
result-restart-rolled-back = { $sign } <b>{ $project }</b>: після перезапуску #{ $run } щось пішло не так. Служби запущено ще раз, і тепер усе працює.
result-restart-rollback-failed = { $sign } <b>{ $project }</b>: після перезапуску #{ $run } служби не працюють як слід, і друга спроба не допомогла. Сервер чекає на людину.
result-succeeded = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } виконано. { $who }, { $span }
result-rejected = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не почато, нічого не змінено.
result-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не вдався, нічого не змінено.
result-rolled-back = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не вдався, знову працює <b>{ $old }</b>.
result-rollback-failed = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не вдався, і повернути { $old } не вийшло. Сервер чекає на людину.
result-rolled-back-plain = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не вдався, усе повернуто, як було.
result-rollback-failed-plain = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } не вдався, і повернути, як було, не вийшло. Сервер чекає на людину.
result-partial = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } вдався не всюди, сервери на різних версіях. Завершіть на решті або поверніть усі.
result-cancelled = { $sign } <b>{ $project }</b>: { $runbook } #{ $run } скасовано ({ $who }), { $changed ->
    [back] знову працює <b>{ $old }</b>.
    [undone] усе повернуто, як було.
    [halfway] зроблене лишилося як є. Продовжіть або відкотіть.
   *[no] нічого не змінено.
}
result-unknown = { $sign } <b>{ $project }</b>: { $why ->
    [unlocked] проєкт звільнено ({ $who }: { $reason }). Чим скінчився { $runbook } #{ $run }, невідомо: погляньте на сервер, перш ніж починати знову.
    [aborted] { $runbook } #{ $run } завершено як є ({ $who }). Погляньте на сервер, перш ніж починати знову.
   *[lost] { $runbook } #{ $run } обірвався, і чим скінчився крок, невідомо. Погляньте на сервер, перш ніж починати знову.
}

failed-where = <b>{ $host }</b>, «{ $step }»{ $code ->
    [none] {""}
   *[other] {", "}код виходу { $code }
}:
failed-back = При поверненні, «{ $step }»:
backup-line = 💾 <code>{ $path }</code>, { $size }

runs-heading = <b>Останнє</b>
runs-none = Ще нічого не запускали. Почніть із /deploy
runs-line = { $sign } #{ $run } { $project } · { $runbook }{ $has_ref ->
    [yes] {" "}<code>{ $ref }</code>
   *[no] {""}
} · { $who } · { $at } · { $span }

word-succeeded = вдало
word-rejected = не почато
word-failed = не вдалося
word-rolled-back = не вдалося, повернуто
word-rollback-failed = не вдалося, повернути не вийшло
word-partial = вдалося не всюди
word-cancelled = скасовано
word-unknown = невідомо як

cancel-nothing = Зараз нічого не виконується.
cancel-which = Що скасувати?
cancel-over = #{ $run } уже завершено: { $result }.
cancel-undoing = #{ $run } саме повертає попередню версію. Дочекайтеся кінця: обірвати це означало б лишити сервер ні на чому.

host-halfway = зупинено на півдорозі
host-failed = не вийшло: { $step }
settled-ok = { $who }: зроблено
settled-failed = { $who }: не зроблено
attention = ❓ <b>{ $project }</b> #{ $run }: чим скінчився крок «{ $step }» на <b>{ $host }</b>, невідомо. Почався { $since }, кінця ніхто не бачив.
attention-ways = Погляньте на сервер і оберіть: виконати крок ще раз, вважати зробленим, повернути все назад чи завершити, нічого не чіпаючи. Доти проєкт зайнятий.
answer-retry = Ще раз
answer-done = Зроблено
answer-back = Відкотити
answer-abort = Завершити
attention-answered = 🔎 <b>{ $project } #{ $run }</b> · { $host }: «{ $step }» → { $answer } ({ $who })
answer-late = #{ $run } про це вже не питає.
cancel-how = #{ $run }, { $project }: дещо вже змінено. Як зупинити?
unlock-free = <b>{ $project }</b> нічим не зайнятий.
plan-heading = <b>{ $project }</b>: що зробить /deploy
plan-steps = { $count ->
    [one] { $count } крок, скрипти у файлі
    [few] { $count } кроки, скрипти у файлі
    [many] { $count } кроків, скрипти у файлі
   *[other] { $count } кроку, скрипти у файлі
}
plan-hosts = Сервери по черзі: { $waves }

down-soon = ⏸ <b>{ $project }</b> буде ненадовго зупинено
down-now = ⏸ <b>{ $project }</b>{ $host ->
    [no] {""}
   *[other] {" "}на { $host }
} зупинено · { $span }
down-was = ⏸ Перерва в роботі: { $spans }
down-still = ⏸ <b>{ $project }</b>{ $host ->
    [no] {""}
   *[other] {" "}на { $host }
} досі зупинено

measured = ⏱ p95 { $before } → { $after } мс{ $verdict ->
    [slower] {" "}⚠️ стало повільніше
    [failing] {" "}⚠️ більше помилок
    [unclear] : замало відповідей, щоб порівняти
   *[steady] : без помітної зміни
}{ $errors ->
    [0] {""}
   *[other] . Помилок { $errors } із { $requests }
}. Навантаження { $load_before } → { $load_after }
picture-caption = 📈 <b>{ $project }</b> #{ $run }: до й після
picture-time = відповідь, мс
picture-load = навантаження
picture-before = до: p50 { $p50 }, p95 { $p95 } мс
picture-after = після: p50 { $p50 }, p95 { $p95 } мс

actor-probation = нагляд
probation-watching = 👀 Під наглядом до { $until }
probation-good = 👀 { $span } під наглядом: усе гаразд
probation-superseded = 👀 Нагляд скінчився: почався новий запуск
probation-kept = 👀 Залишили як є
trouble = 🚨 <b>{ $project }</b>: нова версія <b>{ $new }</b> (#{ $run }) не тримається
trouble-reason = <b>{ $host }</b>, «{ $step }»: { $why }
trouble-times = { $count ->
    [one] ({ $count } раз поспіль)
    [few] ({ $count } рази поспіль)
    [many] ({ $count } разів поспіль)
   *[other] ({ $count } разу поспіль)
}
trouble-failing = перевірка не проходить.
trouble-returning = ↩️ Повертаю <b>{ $old }</b>: #{ $back }
trouble-busy = Хотів повернути попередню версію, але проєкт зайнятий: #{ $busy }. Вирішуйте ви.
trouble-kept = Залишаємо як є. Так вирішує { $who }
trouble-logs = Журнал
trouble-keep = Залишити
trouble-back = Відкотити
