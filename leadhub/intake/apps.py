from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "leadhub.intake"
    verbose_name = "Intake"
