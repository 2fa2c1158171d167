from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "leadhub.records"
    verbose_name = "Records"
