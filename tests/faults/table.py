"""Table: every fault of the matrix, by its number."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults import case_database, case_deaths, case_hosts, case_machine, case_restores, case_telegram
from tests.faults.row import Case


@dataclass(frozen=True)
class Fault:
    """One line. name: what is done; case: how."""

    key: str
    name: str
    case: Case


FAULTS = [
    Fault("F1", "bot killed at each boundary", case_deaths.killed_at_each_boundary),
    Fault("F2", "bot killed at random", case_deaths.killed_at_random),
    Fault("F3", "SSH cut mid-step", case_hosts.cut_mid_step),
    Fault("F4", "SSH goes silent", case_hosts.black_hole),
    Fault("F5", "answer to a start lost", case_hosts.lost_start),
    Fault("F6", "supervisor killed", case_hosts.killed_supervisor),
    Fault("F7", "server restarted", case_hosts.another_boot),
    Fault("F8", "PostgreSQL crashes", case_database.database_crashes),
    Fault("F9", "cut during COMMIT", case_database.cut_at_commit),
    Fault("F10", "Telegram: 429, 5xx, timeouts", case_telegram.stormy),
    Fault("F11", "Telegram away", case_telegram.telegram_away),
    Fault("F12", "old commands", case_telegram.old_commands),
    Fault("F13", "updates delivered five times", case_telegram.redelivered),
    Fault("F14", "button pressed 2-10 times", case_telegram.pressed_often),
    Fault("F16", "60 MB, one 10 MB line, binary", case_telegram.much_output),
    Fault("F17", "bot's clock ±1 h, ±1 day", case_telegram.wrong_clocks),
    Fault("F18", "two bots and a worker", case_deaths.two_bots),
    Fault("F19", "cancelled trees", case_hosts.cancelled_trees),
    Fault("F20", "the bot deploys itself", case_machine.self_deployed),
    Fault("F21", "MaxStartups 3:50:6, MaxSessions 2", case_hosts.stingy_server),
    Fault("F27", "upgraded mid-run", case_deaths.upgraded),
    Fault("F31", "bot killed mid-restore", case_restores.killed_mid_restore),
    Fault("F28", "state machine of runs", case_machine.explored),
    Fault("F29", "secrets printed, lines split", case_machine.kept_secret),
    Fault("F30", "backups spoilt in every way", case_machine.backups_spoilt),
]
