"""The routes of absences and of the queue."""

from django.urls import path

from handoff.staffing import views

urlpatterns = [
    path("absences", views.absences_page, name="absences"),
    path("absences/<int:absence_id>/cancel", views.cancel_absence, name="absence-cancel"),
    path("queue", views.queue, name="queue"),
    path("queue/route", views.route_queue, name="queue-route"),
]
