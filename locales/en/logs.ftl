logs-heading = <b>{ $project }</b> · { $source } · { $at }
logs-level-critical = critical only
logs-level-error = errors only
logs-level-warning = warnings and worse
logs-start = { $back ->
    [0] since the last start
   *[other] the start { $back } before the last
}
logs-since = since { $at }
logs-until = until { $at }
logs-with = with “{ $words }”
logs-without = without “{ $words }”
logs-empty = empty
logs-in-file = { $count ->
    [one] { $count } line in the file
   *[other] { $count } lines in the file
}
logs-lines = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
logs-searched = { $count ->
    [one] searched { $size } in { $count } file
   *[other] searched { $size } in { $count } files
}
logs-search-cut = did not search further back: narrow it by since= and until=
logs-only-last = the last ones are shown
logs-follow = 👁 Follow
logs-none = { $project } has no log. Add logs to lotsman.yml

follow-heading = 👁 <b>{ $project }</b> · { $source } · live until { $until }
follow-over-heading = 📜 <b>{ $project }</b> · { $source }
follow-rate = { $rate } lines/s, { $total } in all
follow-flooded = 🌊 { $rate } lines/s: too fast to read. { $hidden } left out; shown again as soon as it calms down. Fewer lines: error or grep=
follow-paused = ⏸ paused, { $rate } lines/s, { $hidden } left out
follow-pause = ⏸ Pause
follow-resume = ▶️ Go on
follow-stop = ⏹ Stop
follow-ended-time = ⌛ Time is over; there were { $total } lines.
follow-ended-stopped = ⏹ Stopped by { $who }; there were { $total } lines.
follow-ended-replaced = ⏹ Followed in a newer message; there were { $total } lines here.
follow-ended-restart = ♻️ The bot was restarted and follows no longer; there were { $total } lines.
follow-many = { $count } logs are being followed already. Stop one of them, and I will take this one.

patterns-new = 🆕 new in the log since this release: { $found }
patterns-more = and { $count } more

error-bad-query = { $why ->
    [text] An empty text, or one that is too long: <code>{ $word }</code>
    [pattern] That is no regular expression: <code>{ $word }</code>. Without the slashes it is searched for as it stands
    [pattern-heavy] Too many repetitions in this expression: <code>{ $word }</code>
    [pattern-windows] On servers with Windows I search for plain text only: <code>{ $word }</code>
    [time] I do not understand this time: <code>{ $word }</code>. Try <code>since=90m</code>, <code>since=14:02</code>, <code>until=2025-10-10T14:02</code>
    [order] since has to be before until.
    [start] I do not understand this start: <code>{ $word }</code>. Try <code>start=last</code>, <code>start=-1</code>
    [start-file] I can tell starts apart in the journal of a unit; of a file I only know the last start that I made.
    [lines] Between 1 and 5000 lines: <code>{ $word }</code>
    [follow] From 5 seconds to 15 minutes: <code>follow=5m</code>
    [follow-windows] I cannot follow logs on Windows.
    [undated] The lines of this log do not say when they were written, so since and until do nothing here.
    [too-many] Too many conditions: eight at the most.
   *[other] I do not understand: <code>{ $word }</code>
}
reason-start-unknown = the unit's journal has no such start.
reason-bad-pattern = the server did not take the regular expression.
reason-log-undated = the lines of the log do not say when they were written.
reason-start-file = starts cannot be told apart in this log.
reason-no-room = there is no room in the server's temporary folder.
