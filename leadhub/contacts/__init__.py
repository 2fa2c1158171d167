"""The pages on people and companies: what the records, the scores and sales know of them, together.

They join three rooms, so they are wiring (see docs/adr): nothing imports them.
"""
