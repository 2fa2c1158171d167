"""A draft that contradicts itself is refused in its form, at the field, with the reason."""

from scoring import versions
from scoring.definition import InvalidDefinition, Problem


def refuse(form, formsets) -> None:
    """Adds what is wrong with the whole of the form and its rows to the fields concerned.

    Only for forms that are valid each by itself.
    """
    rows = {formset.prefix: rows_of(formset) for formset in formsets}
    parts = {part: [row.instance for row in rows.get(part, [])] for part in versions.PARTS}
    try:
        versions.assemble(form.instance, parts)
    except InvalidDefinition as error:
        for problem in error.problems:
            if "." in problem.field:
                add_to_row(rows, problem)
            else:
                add_to_bound(form, formsets[0], problem)


def rows_of(formset) -> list:
    """The rows that would be stored, in their order."""
    return [
        row
        for row in formset.forms
        if (row.instance.pk or row.has_changed()) and row not in formset.deleted_forms
    ]


def add_to_row(rows: dict[str, list], problem: Problem) -> None:
    part, number, field = problem.field.split(".")
    row = rows[part][int(number)]
    # A weight shows its signal; the signal's own conditions are on another page.
    shown = field if field in row.fields else "signal" if "signal" in row.fields else None
    row.add_error(shown, sentence(problem.reason))


def add_to_bound(form, formset, problem: Problem) -> None:
    field = problem.field if problem.field in form.fields else None
    form.add_error(field, sentence(problem.reason))
    # The form was already found valid: what is refused from here on is the rows.
    label = form.fields[field].label if field else "Definition"
    formset._non_form_errors.append(f"{label}: {problem.reason}.")


def sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:] + "."
