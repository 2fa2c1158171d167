"""A server's and a browser's key, and sending to them."""

import json

import pytest

from leadhub.intake import keys, reception
from leadhub.intake.models import SourceKey


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Keys and the length of the queue are remembered for seconds, across tests too."""
    keys.remembered.clear()
    reception.backlog.update(until=0.0, too_long=False)


@pytest.fixture
def key(server):
    return SourceKey.issue(server)[1]


@pytest.fixture
def public_key(site):
    return SourceKey.issue(site)[1]


@pytest.fixture
def send(client, key):
    """Posts a body (an object, or text, or bytes) with the server's key."""

    def post(route, body, **headers):
        if not isinstance(body, str | bytes):
            body = json.dumps({"writeKey": key, **body})
        content_type = headers.pop("content_type", "application/json")
        return client.post(f"/v1/{route}", body, content_type=content_type, headers=headers)

    return post
