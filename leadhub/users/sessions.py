"""Sessions in the database, as Django keeps them, read by a query that is put together once: each
page begins with it.
"""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as KeptInDatabase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from leadhub.prepared import Prepared


class SessionStore(KeptInDatabase):
    def _get_session_from_db(self) -> Session | None:
        found = session_of(key=self.session_key, at=timezone.now())
        if not found:
            self._session_key = None
        return next(iter(found), None)


@Prepared
def session_of(*, key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
