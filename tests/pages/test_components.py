"""What the small components draw that have no template of their own."""

import pytest
from django.template import Context, Template

TEAM = '{% two_lines team "Every team\'s" beside=owner %}'


def drawn(template: str, **words) -> str:
    return Template(template).render(Context(words))


@pytest.mark.parametrize("nothing", [None, ""])
def test_long_words_have_their_title_and_nothing_has_none(nothing):
    assert drawn("{% two_lines text %}", text="Fair") == (
        '<span class="two-lines" title="Fair">Fair</span>'
    )
    assert drawn("{% two_lines text %}", text=nothing) == '<span class="two-lines">–</span>'
    assert drawn(TEAM, team=nothing, owner=None) == '<span class="two-lines">Every team\'s</span>'


@pytest.mark.parametrize(("team", "words"), [("North", "North"), (None, "Every team's")])
def test_what_stands_beside_is_in_the_title_too(team, words):
    assert drawn(TEAM, team=team, owner="Ann") == (
        f'<span class="two-lines" title="{words} · Ann">'
        f'{words}<span class="muted"> · Ann</span></span>'
    )


def test_words_are_escaped_once_everywhere():
    hostile = '"><script>'
    page = drawn(TEAM, team=hostile, owner=hostile)
    assert page.count("&quot;&gt;&lt;script&gt;") == 4
    assert hostile not in page
    joined = drawn('{% two_lines words|join:", " %}', words=["R&D", "<b>"])
    assert joined == (
        '<span class="two-lines" title="R&amp;D, &lt;b&gt;">R&amp;D, &lt;b&gt;</span>'
    )
