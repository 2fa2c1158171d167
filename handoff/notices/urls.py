"""The routes of notices and customers' alerts."""

from django.urls import path

from handoff.notices import views

urlpatterns = [
    path("notices", views.notices, name="notices"),
    path("notices/count", views.count, name="notices-count"),
    path("notices/read", views.read_all, name="notices-read"),
    path("notices/settings", views.settings, name="notice-settings"),
    path("notices/<int:notice_id>/open", views.open_notice, name="notice-open"),
    path("unsubscribe/<str:token>", views.unsubscribe_page, name="unsubscribe"),
    path("customers", views.alerts, name="alerts"),
    path("customers/<int:alert_id>/dismiss", views.dismiss_alert, name="alert-dismiss"),
]
