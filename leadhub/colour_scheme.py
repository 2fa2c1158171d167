"""Light or dark: what the person chose is kept in a cookie, so that pages come right at once."""

COOKIE = "colour_scheme"
CHOICES = {"light": "light", "dark": "dark"}
SYSTEM = "light dark"


def scheme_of(request) -> str:
    """The value of a page's meta color-scheme."""
    if request is None:
        return SYSTEM
    return CHOICES.get(request.COOKIES.get(COOKIE), SYSTEM)
