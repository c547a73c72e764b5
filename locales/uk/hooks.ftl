# Що повідомляють інші програми: Alertmanager, Grafana, будь-хто з вебхуком.

alerts-several = Кілька тривог
alerts-digest = 📋 <b>Одразу { $count ->
    [one] { $count } група тривог
    [few] { $count } групи тривог
    [many] { $count } груп тривог
   *[other] { $count } групи тривог
}</b>
alerts-firing = { $count ->
    [one] { $count } тривога
    [few] { $count } тривоги
    [many] { $count } тривог
   *[other] { $count } тривоги
} з { $began }
alerts-ended = { $count ->
    [one] { $count } уже минула
    [few] { $count } уже минули
    [many] { $count } уже минуло
   *[other] { $count } уже минуло
}
alerts-was = { $began } – { $ended }, тривало { $span }
alerts-over = ✅ <b>{ $name }</b>: усе минуло, тривало { $span }
alerts-acked = 🙋 Взявся { $who }, { $at }
alerts-lost = 🤷 <b>{ $name }</b>: більше доби нічого не чути. Вважаю, що минуло або заглушено
alerts-worse = { $sign } <b>{ $name }</b>: стало гірше, тепер { $severity }
alerts-severity-info = до відома
alerts-severity-warning = попередження
alerts-severity-critical = критично
alerts-link-runbook = Що робити
alerts-link-dashboard = Дашборд
alerts-link-panel = Графік
alerts-link-silence = Заглушити
alerts-link-source = Звідки
alerts-link-sender = Alertmanager

trouble-hook = { $title } (від { $hook })
trouble-monitor-silent = моніторинг <b>{ $source }</b> мовчить уже { $minutes } хв: якщо щось впаде, він не скаже
