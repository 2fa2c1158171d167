"""Scoring in the admin: signals, versions, runs, and the ledgers to read."""

from scoring.admin import definitions, ledgers, runs, signals

__all__ = ["definitions", "ledgers", "runs", "signals"]
