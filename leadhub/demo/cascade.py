"""Deletes rows with everything that hangs on them, set by set, whatever the rooms added."""

from collections.abc import Iterator

from django.db.models import SET_NULL, ForeignObjectRel, Model, QuerySet


def take_away(rows: QuerySet) -> None:
    """Deletes the rows and whatever points to them, also where Django would protect them; what
    points to them and may stand alone is kept.
    """
    for relation in relations_to(rows.model):
        name, model = relation.field.name, relation.related_model
        pointing = model._base_manager.filter(**{f"{name}__in": rows})
        if relation.on_delete is SET_NULL or model is rows.model:
            pointing.update(**{name: None})
        else:
            take_away(pointing)
    rows._raw_delete(rows.db)


def relations_to(model: type[Model]) -> Iterator[ForeignObjectRel]:
    """The foreign keys that point to the model, also those without a name from this side."""
    for field in model._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one):
            yield field
