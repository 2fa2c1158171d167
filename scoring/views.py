"""What forms of conditions ask for while they are edited: fields, values, and how many match."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from leadhub.conditions.fields import ABOUT, Fields
from leadhub.conditions.forms import ConditionsForm
from leadhub.conditions.operators import offered
from leadhub.records import occurring
from scoring import previews


def fields_about(about: str) -> Fields:
    if about not in ABOUT:
        raise Http404
    return ABOUT[about]


@require_GET
def condition_fields(request: HttpRequest, about: str) -> HttpResponse:
    """The options of a list of fields: those that are always there, and those that occur."""
    fields = fields_about(about)
    found = occurring.fields_of(fields)
    context = {"found": found, "fixed": set(fields.kinds) - {field.name for field in found}}
    return render(request, "conditions/_fields.html", context)


@require_GET
def condition_values(request: HttpRequest, about: str) -> HttpResponse:
    """The options of a list of values, for the one field that the query names as …-field."""
    fields = fields_about(about)
    name = next((text for key, text in request.GET.items() if key.endswith("-field")), "")
    context = {"values": occurring.values_of(fields, name.strip())}
    return render(request, "conditions/_values.html", context)


@require_GET
def condition_operators(request: HttpRequest, about: str) -> HttpResponse:
    """The options of a list of operators, for the field and the operator that the query names as
    …-field and …-operator.
    """
    fields = fields_about(about)
    sent = {key.rpartition("-")[2]: text for key, text in request.GET.items()}
    name, chosen = sent.get("field", "").strip(), sent.get("operator")
    operators = offered(fields, name, occurring.kinds_of(fields, name))
    context = {"operators": operators, "chosen": chosen}
    response = render(request, "conditions/_operators.html", context)
    # Another operator may stand there now than was previewed.
    response["HX-Trigger"] = "conditions-changed"
    return response


@require_POST
def condition_preview(request: HttpRequest, about: str) -> HttpResponse:
    """How many match what the form says now."""
    form = ConditionsForm(fields_about(about), request.POST)
    context = {"form": form}
    if form.is_valid():
        day = timezone.localdate()
        context["preview"] = previews.of(form.node(), about=about, day=day)
    return render(request, "conditions/_preview.html", context)
