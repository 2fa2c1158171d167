"""Notices by e-mail."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from handoff.models import Notice
from handoff.notices.failures import InDoubt, NotSent, Refused, Unreachable
from handoff.notices.unsubscribing import unsubscribe_path


def send_email(notice: Notice) -> None:
    """Hands the e-mail to the mail server. Raises NotSent."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"The mail server can't be reached: {error}") from error
    try:
        connection.send_messages([message_of(notice)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
        raise Refused(f"The mail server refused the addresses: {error}") from error
    except smtplib.SMTPResponseException as error:
        failure = Refused if error.smtp_code >= 500 else NotSent
        raise failure(f"The mail server answered {error.smtp_code}: {error.smtp_error}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise InDoubt(f"The mail server went away in the middle: {error}") from error
    finally:
        close(connection)


def close(connection) -> None:
    """What was accepted stays accepted, whatever happens to the connection after it."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None


def message_of(notice: Notice) -> EmailMessage:
    """Plain text: nothing that a visitor sent can run in it. The id is the notice's own, so that
    a mailbox recognises a second copy.
    """
    address = settings.PUBLIC_URL
    unsubscribe = address + unsubscribe_path(notice.person, notice.kind)
    domain = settings.EMAIL_FROM.rpartition("@")[2].rstrip(">")
    return EmailMessage(
        subject=notice.title,
        body=render_to_string(
            "notices/email.txt", {"notice": notice, "address": address, "unsubscribe": unsubscribe}
        ),
        from_email=settings.EMAIL_FROM,
        to=[notice.person.email],
        headers={
            "Message-ID": f"<notice-{notice.pk}@{domain}>",
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
