"""A new signal counts what happened before it was made: in the background, by itself alone."""

from datetime import date, timedelta

import pytest

from leadhub.conditions.fields import EVENT
from leadhub.conditions.parse import parse
from leadhub.records.models import Contact, Freshness
from scoring import bulk, freshening, new_signals, runs, signals, source, starter
from scoring.models import Run, ScoreChange, Signal, Tally
from scoring.work import range_of
from tests.scoring.people import contact, did, moment, raise_revision

MONDAY = date(2026, 3, 2)
FRIDAY = moment(MONDAY + timedelta(days=4))


@pytest.fixture
def live(db):
    return starter.install(at=FRIDAY)


@pytest.fixture
def people(live):
    made = [contact() for _ in range(5)]
    for number, person in enumerate(made):
        for asset in range(number):
            did(person, "Whitepaper Downloaded", MONDAY, asset=f"guide {asset % 2}")
        did(person, "WHITEPAPER DOWNLOADED", MONDAY, asset="ＧＵＩＤＥ 0", is_bot=True)
    freshening.score_stale(at=FRIDAY)
    return made


def new_signal(name="Guide read", **fields) -> Signal:
    fields.setdefault("conditions", starter.track("Whitepaper Downloaded"))
    return Signal.objects.create(name=name, intent="medium", **fields)


def work_off() -> None:
    while runs.work_on_next_chunk(at=FRIDAY):
        pass


def counts(signal: Signal) -> list[tuple]:
    return list(Tally.objects.filter(signal=signal).order_by("contact").values_list(
        "contact", "count"))  # fmt: skip


def test_its_past_is_tallied_by_a_run_and_no_score_changes(people, monkeypatch):
    monkeypatch.setattr(runs, "CONTACTS_A_CHUNK", 2)
    before = ScoreChange.objects.count()
    signal = new_signal()
    run = runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    work_off()
    run.refresh_from_db()
    signal.refresh_from_db()
    assert (run.done, bool(run.finished_at), signal.tallied_at) == (5, True, FRIDAY)
    assert counts(signal) == [(person.pk, n) for n, person in enumerate(people) if n]
    assert ScoreChange.objects.count() == before
    assert freshening.score_stale(at=FRIDAY) == 0


def test_distinct_values_a_day(people):
    signal = new_signal(counting="distinct", distinct_property="asset")
    runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    work_off()
    assert [count for _, count in counts(signal)] == [1, 2, 2, 2]


def test_it_is_what_counting_everything_gives(people):
    """Also of those merged into others, and with facts that are not scored yet."""
    Contact.objects.filter(pk=people[4].pk).update(root=people[0])
    raise_revision(people[0])
    did(people[2], "Whitepaper Downloaded", MONDAY, asset="late")
    signal = new_signal()
    runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    work_off()
    stale = Freshness.objects.get(contact=people[2])
    assert stale.revision != stale.scored_revision
    freshening.score_stale(at=FRIDAY)
    tallied = counts(signal)
    runs.ask_for(kind=Run.Kind.RECOUNT, by=None, at=FRIDAY)
    work_off()
    freshening.score_stale(at=FRIDAY)
    assert counts(signal) == tallied == [
        (people[1].pk, 1), (people[2].pk, 3), (people[3].pk, 3), (people[4].pk, 4)
    ]  # fmt: skip


def test_what_happens_meanwhile_counts(people):
    signal = new_signal()
    runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    did(people[0], "Whitepaper Downloaded", MONDAY)
    freshening.score_stale(at=FRIDAY)
    work_off()
    assert counts(signal)[0] == (people[0].pk, 1)


def test_an_edited_signal_is_tallied_anew(people):
    signal = new_signal()
    first = runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    work_off()
    meaning = {name: getattr(signal, name) for name in signals.MEANING}
    conditions = {"all": [{"field": "properties.asset", "is": "guide 1"}]}
    edited = signals.edit(
        signal=signal, meaning=meaning | {"conditions": conditions}, by=None, at=FRIDAY
    )
    assert (edited.pk, edited.tallied_at) == (signal.pk, None)
    work_off()
    assert [count for _, count in counts(signal)] == [1, 1, 2]
    assert set(Run.objects.exclude(pk=first.pk).values_list("signal", flat=True)) == {signal.pk}


def test_an_edit_during_a_chunk_is_counted_as_edited(people, monkeypatch):
    signal = new_signal()
    run = runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    read = new_signals.events
    edits = iter([{"all": [{"field": "name", "is": "something else"}]}])

    def edited_meanwhile(*asked):
        for conditions in edits:
            Signal.objects.filter(pk=signal.pk).update(conditions=conditions)
        return read(*asked)

    monkeypatch.setattr(new_signals, "events", edited_meanwhile)
    new_signals.tally([signal.pk], range_of(run.chunks.get()), at=FRIDAY)
    assert counts(signal) == []


def test_what_somebody_else_tallied_meanwhile_is_tallied_once(people, monkeypatch):
    """The past is added as it comes, since nothing was there when it was read."""
    signal = new_signal()
    run = runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    new_signals.tally([signal.pk], range_of(run.chunks.get()), at=FRIDAY)
    tallied = counts(signal)
    monkeypatch.setattr(bulk, "FEW", 0)
    nothing = source.TALLIES_AS_STORED.empty_table()
    monkeypatch.setattr(new_signals, "tallies_of", lambda *asked: nothing)
    new_signals.tally([signal.pk], range_of(run.chunks.get()), at=FRIDAY)
    assert counts(signal) == tallied


@pytest.mark.parametrize("edit", [{}, {"counting": "distinct", "distinct_property": "asset"}])
def test_properties_are_read_where_one_is_asked_for(people, edit):
    meant = new_signals.meant([new_signal(**edit).pk])
    within = source.Range(people[0].pk, people[4].pk).within("contact_id")
    read = new_signals.events(meant, *within)["properties"].to_pylist()
    assert ("guide" in "".join(read)) == bool(edit)
    assert new_signals.reads_properties(meant[0]) == bool(edit)


NAMED = {"field": "name", "is": "Straße"}
OTHER = {"field": "name", "is_one_of": ["A", "b"]}
FREE = {"field": "properties.x", "is_known": True}


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        (NAMED, {"strasse"}),
        ({"all": [FREE, OTHER]}, {"a", "b"}),
        ({"any": [NAMED, OTHER]}, {"strasse", "a", "b"}),
        ({"any": [NAMED, FREE]}, None),
        ({"all": [FREE]}, None),
        ({"all": [{"any": [NAMED, FREE]}, OTHER]}, {"a", "b"}),
        ({"field": "name", "contains": "a"}, None),
    ],
)
def test_only_events_of_the_names_asked_for_travel(conditions, names):
    assert new_signals.names_asked_for(parse(conditions, EVENT)) == names


def test_names_are_compared_as_folded(live):
    person = contact()
    for name in ("STRASSE", "straße", "Ｓtrasse", "street"):
        did(person, name, MONDAY)
    signal = new_signal(conditions={"all": [NAMED]})
    [meant] = new_signals.meant([signal.pk])
    asked = new_signals.events([meant], *source.Range(0, person.pk).within("contact_id"))
    assert sorted(asked["name"].to_pylist()) == ["STRASSE", "straße", "Ｓtrasse"]
    runs.begin_tallying(signal=signal, by=None, at=FRIDAY)
    work_off()
    assert counts(signal) == [(person.pk, 3)]
