"""Everything needed to see Lotsman work without Telegram and without servers."""
