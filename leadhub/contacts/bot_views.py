"""Where marketing says which events bots sent, and which they did not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from handoff.worklists.views import tabs
from leadhub.contacts.bot_forms import BotForm
from leadhub.pagination import page_of
from leadhub.records.bots import verdicts


def bots(request: HttpRequest) -> HttpResponse:
    """The form, filled as the address says (`kind`, `named`, …), and what was said before."""
    form = BotForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        is_bot = request.POST.get("is_bot") == "yes"
        made = form.judge(is_bot=is_bot, by=request.user, at=timezone.now())
        messages.success(
            request,
            f"Said of {made.events} event{'' if made.events == 1 else 's'}: "
            f"{'a bot sent them' if is_bot else 'no bot sent them'}. Scores follow within seconds.",
        )
        return redirect("bots")
    context = {
        "form": form,
        "page": page_of(verdicts(), request.GET.get("page")),
        "tabs": tabs("bots", request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "contacts/bots.html", context, status=status)
