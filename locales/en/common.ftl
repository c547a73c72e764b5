# Times, sizes, buttons: the words that all messages share.

language-name = English

span-moment = { $seconds } s
span-seconds = { $seconds } s
span-minutes = { $seconds ->
    [0] { $minutes } min
   *[other] { $minutes } min { $seconds } s
}
span-hours = { $minutes ->
    [0] { $hours } h
   *[other] { $hours } h { $minutes } min
}
span-days = { $hours ->
    [0] { $days } d
   *[other] { $days } d { $hours } h
}

ago-moment = just now
ago-minutes = { $count } min ago
ago-hours = { $count } h ago
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}

size-bytes = { $count } B
size-kb = { $count } KB
size-mb = { $count } MB
size-gb = { $count } GB

near = Perhaps { $names }?
and-more = … and { $count } more
no-answer = no answer

button-cancel = Cancel
button-log = Log
button-retry = Try again
button-back = Roll back
button-stop = Stop here
button-stop-back = Stop and roll back
button-resume = Resume
button-finish = Finish the rest
button-all-back = Take all back
button-wait = Wait in line
button-again = Do it anyway
button-run-late = Run it now
button-withdraw = 🗑 { $project } { $at }

role-viewer = a viewer
role-operator = an operator
role-admin = an admin
