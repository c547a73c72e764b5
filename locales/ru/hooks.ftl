# Что сообщают другие программы: Alertmanager, Grafana, кто угодно с вебхуком.

alerts-several = Несколько тревог
alerts-digest = 📋 <b>Сразу { $count ->
    [one] { $count } группа тревог
    [few] { $count } группы тревог
    [many] { $count } групп тревог
   *[other] { $count } группы тревог
}</b>
alerts-firing = { $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
    [many] { $count } тревог
   *[other] { $count } тревоги
} с { $began }
alerts-ended = { $count ->
    [one] { $count } уже прошла
    [few] { $count } уже прошли
    [many] { $count } уже прошло
   *[other] { $count } уже прошло
}
alerts-was = { $began } – { $ended }, длилось { $span }
alerts-over = ✅ <b>{ $name }</b>: всё прошло, длилось { $span }
alerts-acked = 🙋 Взялся { $who }, { $at }
alerts-lost = 🤷 <b>{ $name }</b>: больше суток ничего не слышно. Считаю, что прошло или заглушено
alerts-worse = { $sign } <b>{ $name }</b>: стало хуже, теперь { $severity }
alerts-severity-info = к сведению
alerts-severity-warning = предупреждение
alerts-severity-critical = критично
alerts-link-runbook = Что делать
alerts-link-dashboard = Дашборд
alerts-link-panel = График
alerts-link-silence = Заглушить
alerts-link-source = Откуда
alerts-link-sender = Alertmanager

trouble-hook = { $title } (от { $hook })
trouble-monitor-silent = мониторинг <b>{ $source }</b> молчит уже { $minutes } мин: если что-то упадёт, он не скажет
