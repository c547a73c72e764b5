"""The process: settings, wiring, command line, HTTP endpoints, timers."""

# Before anything here can import aiogram: see there why.
from bot import lazy_aiogram as lazy_aiogram
