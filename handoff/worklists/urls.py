"""The routes of marketing's lists."""

from django.urls import path

from handoff.worklists import views

urlpatterns = [
    path("lists", views.first, name="worklists"),
    path("lists/fix/<int:contact_id>", views.fix, name="worklist-fix"),
    path("lists/answer/<int:lead_id>", views.answer, name="worklist-answer"),
    path("lists/nurture/<int:lead_id>", views.nurture, name="worklist-nurture"),
    path("sales-room", views.sales_room, name="sales-room"),
    path("lists/<slug:name>", views.worklist, name="worklist"),
    path("lists/<slug:name>/act", views.act, name="worklist-act"),
]
