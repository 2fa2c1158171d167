"""Objects for the routes of notices that take arguments."""

from handoff.models import CustomerAlert, NoticeKind
from handoff.notices.unsubscribing import unsubscribe_path
from tests.handoff.builders import NOW, a_company, a_contact
from tests.notices.test_pages import a_notice
from tests.routes.examples import Example, Scope


def an_alert(world) -> dict:
    from django.utils import timezone

    contact = a_contact(company=a_company(owner=world.rep))
    alert = CustomerAlert.objects.create(contact=contact, day=timezone.localdate(), at=NOW)
    return {"alert_id": alert.pk}


EXAMPLES = {
    # Nobody but the receiver: for everybody else there is no such notice.
    "notice-open": Example(
        lambda world: {"notice_id": a_notice(world.rep).pk}, Scope.TEAM, answers=(404, 405)
    ),
    "alert-dismiss": Example(an_alert, Scope.TEAM),
    "unsubscribe": Example(
        lambda world: {
            "token": unsubscribe_path(world.rep, NoticeKind.NEW_LEAD).rpartition("/")[2]
        },
        Scope.EVERYONE,
    ),
}
