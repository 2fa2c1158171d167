"""Refuses addresses and cookies with a NUL: PostgreSQL stores none, so nothing can be asked for by
one.

Forms refuse them in their fields already.
"""

from urllib.parse import unquote

from django.core.exceptions import BadRequest


def middleware(get_response):
    """Answers 400 to a NUL in the address's path or query, or in a cookie."""

    def respond(request):
        if "\0" in unquote(request.get_full_path()):
            raise BadRequest("An address can't have a NUL in it.")
        if any("\0" in value for value in request.COOKIES.values()):
            raise BadRequest("A cookie can't have a NUL in it.")
        return get_response(request)

    return respond
