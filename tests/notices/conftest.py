"""People and servers for the tests of notices."""

import pytest

from leadhub.users.models import Role
from tests.handoff.builders import a_user
from tests.notices.servers import mail_server


@pytest.fixture
def sold_by(team):
    """A rep of the team, who can be given leads."""
    return a_user("Rep", team=team, role=Role.REP)


@pytest.fixture
def by_email(settings):
    """A mail server that LeadHub sends by."""
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_TIMEOUT = 1
        settings.SENDS_E_MAIL = True
        settings.PUBLIC_URL = "https://leadhub.example.com"
        settings.EMAIL_FROM = "LeadHub <leadhub@example.com>"
        yield box
