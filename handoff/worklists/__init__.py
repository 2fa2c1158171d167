"""Marketing's lists: who keeps from being handed over, or came back, and what to do about it."""
