"""The demo world: a year in the life of a company that nobody works for.

What happens in it is made up here, deterministically by a seed; everything that follows from it
(scores, leads, verdicts, receipts) is LeadHub's own work, lived through in steps.
"""
