"""Where facts come from, as fixtures: a server, whose word counts, and a site with a public key."""

import pytest

from leadhub.records.models import Source


@pytest.fixture
def server(db):
    return Source.objects.create(name="Our server", kind=Source.Kind.SERVER)


@pytest.fixture
def site(db):
    return Source.objects.create(name="Our site", kind=Source.Kind.BROWSER)
