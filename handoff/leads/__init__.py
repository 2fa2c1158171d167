"""A lead: its stages and verdicts, what is logged of it, and who sees it."""
