"""How fast it is, always beside something else measured in the same run: ``make bench``. No tests are here."""
