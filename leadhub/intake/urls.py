"""The routes of the tracking protocol."""

from django.urls import path, re_path

from leadhub.intake import views

urlpatterns = [
    re_path(
        r"^v1/(?P<route>identify|track|page|screen|group|alias|batch|[itpsgab])$",
        views.receive,
        name="intake-receive",
    ),
    path("v1/m", views.metrics, name="intake-metrics"),
    path(
        "v1/projects/<str:key>/settings", views.settings_of_project, name="intake-project-settings"
    ),
    path("beacon/v1/batch", views.beacon, name="intake-beacon"),
    path("sourceConfig/", views.source_config, name="intake-source-config"),
    path("rsaMetrics", views.metrics, name="intake-rsa-metrics"),
]
