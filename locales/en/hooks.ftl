# What other programs tell us: Alertmanager, Grafana, anybody with a webhook.

alerts-several = Several alerts
alerts-digest = 📋 <b>{ $count ->
    [one] { $count } group of alerts
   *[other] { $count } groups of alerts
} at once</b>
alerts-firing = { $count ->
    [one] { $count } alert
   *[other] { $count } alerts
} since { $began }
alerts-ended = { $count ->
    [one] { $count } is over
   *[other] { $count } are over
}
alerts-was = { $began } – { $ended }, for { $span }
alerts-over = ✅ <b>{ $name }</b>: all over, it took { $span }
alerts-acked = 🙋 { $who } is on it, { $at }
alerts-lost = 🤷 <b>{ $name }</b>: not heard of for more than a day. I take it to be over, or silenced
alerts-worse = { $sign } <b>{ $name }</b> has become worse: { $severity }
alerts-severity-info = for information
alerts-severity-warning = warning
alerts-severity-critical = critical
alerts-link-runbook = What to do
alerts-link-dashboard = Dashboard
alerts-link-panel = Graph
alerts-link-silence = Silence
alerts-link-source = Source
alerts-link-sender = Alertmanager

trouble-hook = { $title } (from { $hook })
trouble-monitor-silent = the monitoring at <b>{ $source }</b> has been silent for { $minutes } min: it would not tell if anything broke
