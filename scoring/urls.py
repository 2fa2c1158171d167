from django.urls import path

from scoring import views

urlpatterns = [
    path("conditions/<slug:about>/fields", views.condition_fields, name="condition-fields"),
    path("conditions/<slug:about>/values", views.condition_values, name="condition-values"),
    path(
        "conditions/<slug:about>/operators", views.condition_operators, name="condition-operators"
    ),
    path("conditions/<slug:about>/preview", views.condition_preview, name="condition-preview"),
]
