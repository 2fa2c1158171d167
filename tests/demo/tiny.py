"""A demo world of a fiftieth of the people, who live their year in few steps: for tests that make a
whole one.
"""

from leadhub.demo.people import DAYS

TINY = {"scale": 0.02, "paces": ((DAYS, 182.0), (84, 42.0), (8, 7.0))}
