"""The one language of conditions: for signals, fit, disqualifiers and routing.

`parse` makes nodes of the stored JSON, `compile` makes a DuckDB expression of nodes, `describe`
a sentence. It knows which fields there are (`fields`) and nothing of who stores them.
"""
