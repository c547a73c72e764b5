"""A page in the browser that looks and behaves like a Telegram group chat."""
