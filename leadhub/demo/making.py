"""How the making of the demo world shows on a terminal, or in a log."""

import time
from datetime import datetime

from leadhub.demo import world

WIDTH = 30
# In a log a line so often, since one can't be written over.
LINE_EVERY = 0.1


class Making:
    """Makes a demo world and tells how far it is; `out` is where to."""

    def __init__(self, out):
        self.out = out
        self.is_terminal = out.isatty()
        self.shown = -LINE_EVERY

    def make(self, *, at: datetime, seed: int = world.SEED, scale: float = 1.0) -> None:
        """Raises world.CannotMake."""
        self.at, self.began = at, time.monotonic()
        self.say("Making the demo world: a year of people, events, scores, leads and verdicts.")
        try:
            world.make(at=at, seed=seed, scale=scale, progress=self.progress)
        finally:
            if self.is_terminal:
                self.say("")
        self.say(f"The demo world is ready after {self.seconds} s. Nobody in it exists.")

    @property
    def seconds(self) -> int:
        return round(time.monotonic() - self.began)

    def progress(self, share: float, moment: datetime) -> None:
        text = f"{share:4.0%}  {moment:%B %Y}, after {self.seconds} s"
        if self.is_terminal:
            done = round(share * WIDTH)
            bar = "█" * done + "░" * (WIDTH - done)
            # Written over the line before, which may have been longer.
            self.out.write(f"\r  {bar}  {text}   ")
            self.out.flush()
        elif share >= self.shown + LINE_EVERY or share == 1.0:
            self.shown = share
            self.say(f"  {text}")

    def say(self, text: str) -> None:
        self.out.write(f"{text}\n")
        self.out.flush()
