"""A stand-in for Telegram's Bot API: the same answers over real HTTP, with people who can be told what to do."""
