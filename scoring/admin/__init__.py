"""Scoring in the admin: signals, versions, runs, and the ledgers to read."""

from scoring.admin import aside, definitions, ledgers, runs, signals

__all__ = ["aside", "definitions", "ledgers", "runs", "signals"]
