"""What became of the leads, in numbers: for marketing, for sales, and for managers.

Each report takes a period and returns frozen dataclasses, in a number of queries that does not
depend on how much there is. Every number names the query of the list of its rows, and number and
list are made of the same condition (`measures.MEASURES`, `people.STEPS`). The exact meaning of
each measure is in docs/measures.md.
"""
