"""The form by which people sign in."""

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from leadhub.users.sign_in import address_of, forgive, has_to_wait, note_failure


class SignInForm(AuthenticationForm):
    """E-mail and password."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "too_many": "Too many attempts. Wait a quarter of an hour, then try again.",
    }

    def clean(self):
        # As the database compares e-mails, so that other letters for it are no other account.
        account = (self.cleaned_data.get("username") or "").upper()[:254]
        address, at = address_of(self.request), timezone.now()
        if has_to_wait(account=account, address=address, at=at):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        try:
            cleaned = super().clean()
        except ValidationError:
            note_failure(account=account, address=address, at=at)
            raise
        forgive(account=account, address=address)
        return cleaned
