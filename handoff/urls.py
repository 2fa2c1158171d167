"""The routes of the inbox."""

from django.urls import path

from handoff import views
from handoff.lifecycle import Action

urlpatterns = [
    path("inbox", views.inbox, name="inbox"),
    path("inbox/<int:lead_id>", views.lead, name="lead"),
    path("inbox/<int:lead_id>/accept", views.verdict, {"action": Action.ACCEPT}, name="accept"),
    path("inbox/<int:lead_id>/reject", views.verdict, {"action": Action.REJECT}, name="reject"),
    path("inbox/<int:lead_id>/promote", views.verdict, {"action": Action.PROMOTE}, name="promote"),
    path("inbox/<int:lead_id>/win", views.verdict, {"action": Action.WIN}, name="win"),
    path("inbox/<int:lead_id>/lose", views.verdict, {"action": Action.LOSE}, name="lose"),
    path("inbox/add/<int:contact_id>", views.add, name="add-lead"),
]
