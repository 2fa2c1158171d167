"""The tour of the demo world: where it leads, for whom, and what there is to see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from leadhub import onboarding
from leadhub.demo import one_click, places
from leadhub.demo.models import ClosedTour, DemoWorld
from leadhub.users.access import Permission, may
from leadhub.users.models import Role

# In the session: the stop that was gone to last, and its figures as of then.
KEPT_AS, FIGURES_KEPT_AS = "tour", "tour-figures"


@dataclass(frozen=True)
class Stop:
    """`role` is whose page it is, of the demo's staff; `place` finds it as of now."""

    title: str
    text: str
    permission: Permission
    role: Role
    place: Callable[[object, datetime], places.Place]

    def is_open_to(self, user) -> bool:
        return may(user, self.permission)


STOPS: dict[str, Stop] = {
    "best-lead": Stop(
        "The best lead",
        "On top stands who asked for sales, then whoever has the highest score. The receipt below "
        "the name sums to the score, line by line.",
        Permission.WORK_LEADS,
        Role.REP,
        places.best_lead,
    ),
    "reject": Stop(
        "Reject in two keys",
        "The campaign brought this one. 3 opens the reasons, the figure beside one chooses it. "
        "Z takes it back.",
        Permission.WORK_LEADS,
        Role.REP,
        places.poor_lead,
    ),
    "test-event": Stop(
        "Send a test event",
        "Somebody asks for a demo, by the public API. Watch the list: the lead comes by itself.",
        Permission.WORK_LEADS,
        Role.REP,
        places.inbox,
    ),
    "funnel": Stop(
        "The funnel",
        "What sales accepted comes first, how many there were last. Look at the sources: the "
        "campaign brings many leads, and sales takes few of them.",
        Permission.SEE_FUNNEL,
        Role.MANAGER,
        places.funnel,
    ),
    "signal": Stop(
        "Behind “Not our ICP”",
        "This signal gave the most points to leads that sales rejected as not our ICP.",
        Permission.SET_UP_SCORING,
        Role.MARKETER,
        places.signal_behind_rejections,
    ),
    "higher-threshold": Stop(
        "A higher threshold",
        "This draft asks for more points of everyone. Of those whom sales judged it would have "
        "kept out poor fits, and opportunities with them.",
        Permission.SET_UP_SCORING,
        Role.MARKETER,
        places.higher_threshold,
    ),
    "lower-weight": Stop(
        "What mends it",
        "This draft lowers that one signal instead: nearly as many poor fits are kept out, and "
        "nobody who bought.",
        Permission.SET_UP_SCORING,
        Role.MARKETER,
        places.lower_weight,
    ),
}
KEYS = list(STOPS)


@dataclass(frozen=True)
class Shown:
    """A stop as somebody sees it. `may_switch`: whether one click makes them one who may go;
    `figures` are those of the current stop.
    """

    key: str
    number: int
    stop: Stop
    is_open: bool
    is_current: bool
    may_switch: bool
    figures: str = ""

    @property
    def who(self) -> str:
        return self.stop.role.label.lower()


def is_here(user) -> bool:
    """Whether LeadHub holds a demo world: told when the person was read."""
    return getattr(user, "is_in_demo", False)


def shown_to(request: HttpRequest) -> list[Shown]:
    """Every stop. Costs no query."""
    current, switches = request.session.get(KEPT_AS), one_click.is_from_here(request)
    figures = {current: request.session.get(FIGURES_KEPT_AS, "")}
    return [
        Shown(
            key=key,
            number=number,
            stop=stop,
            is_open=is_open,
            is_current=key == current,
            may_switch=switches and not is_open,
            figures=figures.get(key, ""),
        )
        for number, (key, stop) in enumerate(STOPS.items(), start=1)
        for is_open in [stop.is_open_to(request.user)]
    ]


def go_to(key: str, *, request: HttpRequest, at: datetime) -> str:
    """Remembers that the person is at the stop; returns its address as of now."""
    place = STOPS[key].place(request.user, at)
    request.session[KEPT_AS], request.session[FIGURES_KEPT_AS] = key, place.figures
    return place.address


def show(*, user, shown: bool, at: datetime) -> None:
    """Closes the person's tour, or opens it again."""
    if shown:
        ClosedTour.objects.filter(user=user).delete()
    else:
        ClosedTour.objects.get_or_create(user=user, defaults={"at": at})


def world_context(request: HttpRequest) -> dict:
    """For the page about the demo world."""
    address = request.build_absolute_uri("/").rstrip("/")
    key = onboarding.browser_key()
    return {
        "world": DemoWorld.objects.first(),
        "stops": shown_to(request),
        "key": key,
        "curl": onboarding.as_a_browser(address=address, key=key),
    }
