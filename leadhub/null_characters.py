"""Refuses addresses that carry a NUL: PostgreSQL stores none, so nothing can be asked for by one.

Forms refuse them in their fields already.
"""

from urllib.parse import unquote

from django.core.exceptions import BadRequest


def middleware(get_response):
    """Answers 400 to an address with a NUL in its path or its query."""

    def respond(request):
        if "\0" in unquote(request.get_full_path()):
            raise BadRequest("An address can't have a NUL in it.")
        return get_response(request)

    return respond
