"""Keeping Python from looking for garbage where there is none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """For a batch of thousands of objects that all live until its end: looking for cycles among
    them takes nearly as long as all the rest.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def no_garbage_among_what_is_there() -> Iterator[None]:
    """For what stays until the end of long work: to look through it again and again is for
    nothing.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
