"""How forms draw their controls: the plain ones without templates.

A list with filters has dozens of options, and Django reads two templates for each. What is drawn
here is drawn as Django's own templates draw it; everything else has a template.
"""

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString, mark_safe


class FormRenderer(TemplatesSetting):
    def render(self, template_name: str, context: dict, request=None) -> SafeString:
        draw = WITHOUT_TEMPLATE.get(template_name)
        if draw is None or request is not None:
            return super().render(template_name, context, request)
        return mark_safe(draw(context))


def drawn_input(context: dict) -> str:
    widget = context["widget"]
    value = widget["value"]
    given = "" if value is None else f' value="{escaped(value)}"'
    kind, name = escaped(widget["type"]), escaped(widget["name"])
    return f'<input type="{kind}" name="{name}"{given}{attributes(widget)}>'


def drawn_select(context: dict) -> str:
    widget = context["widget"]
    options = "".join(drawn_group(name, options) for name, options, _ in widget["optgroups"])
    return f'<select name="{escaped(widget["name"])}"{attributes(widget)}>{options}\n</select>'


def drawn_group(name: str | None, options: list[dict]) -> str:
    drawn = "".join(
        f'\n  <option value="{escaped(option["value"])}"{attributes(option)}>'
        f"{escaped(option['label'])}</option>"
        for option in options
    )
    return f'\n  <optgroup label="{escaped(name)}">{drawn}\n  </optgroup>' if name else drawn


def drawn_textarea(context: dict) -> str:
    widget = context["widget"]
    text = escaped(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escaped(widget["name"])}"{attributes(widget)}>\n{text}</textarea>'


def drawn_errors(context: dict) -> str:
    errors = context["errors"]
    if not errors:
        return ""
    field = errors.field_id
    number = f' id="{escaped(field)}_error"' if field else ""
    items = "".join(f"<li>{escaped(error)}</li>" for error in errors)
    return f'<ul class="{escaped(context["error_class"])}"{number}>{items}</ul>'


def attributes(widget: dict) -> str:
    return "".join(
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


WIDGETS = "django/forms/widgets"
WITHOUT_TEMPLATE = {
    **{
        f"{WIDGETS}/{kind}.html": drawn_input
        for kind in ("input", "text", "number", "search", "email", "hidden", "date", "datetime")
    },
    f"{WIDGETS}/select.html": drawn_select,
    f"{WIDGETS}/textarea.html": drawn_textarea,
    "django/forms/errors/list/default.html": drawn_errors,
    "django/forms/errors/list/ul.html": drawn_errors,
}
