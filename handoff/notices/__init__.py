"""Telling people: what happened is found in the state, written into the outbox, and sent once."""
