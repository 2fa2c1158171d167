from django.apps import AppConfig


class LeadHubConfig(AppConfig):
    name = "leadhub"
    label = "leadhub"

    def ready(self):
        from leadhub import checks  # noqa: F401 (registers them)
