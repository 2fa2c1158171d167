"""The routes of the inbox."""

from django.urls import path

from handoff.inbox import verdict_views, views
from handoff.inbox.work_forms import FORMS

urlpatterns = [
    path("inbox", views.inbox, name="inbox"),
    path("inbox/rows", views.rows, name="inbox-rows"),
    path("inbox/clocks", views.clocks, name="inbox-clocks"),
    path("inbox/bulk", verdict_views.bulk, name="inbox-bulk"),
    path("inbox/undo", verdict_views.undo, name="inbox-undo"),
    path("inbox/keys", verdict_views.keys, name="inbox-keys"),
    path("inbox/views/save", verdict_views.save_view, name="inbox-save-view"),
    path("inbox/views/forget", verdict_views.forget_view, name="inbox-forget-view"),
    path("inbox/<int:lead_id>", views.lead, name="lead"),
    path("inbox/<int:lead_id>/people", views.people, name="inbox-people"),
    *(
        path(f"inbox/<int:lead_id>/{name}", verdict_views.verdict, {"action": name}, name=name)
        for name in FORMS
    ),
    path("inbox/add/<int:contact_id>", views.add, name="add-lead"),
]
