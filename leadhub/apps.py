from django.apps import AppConfig


class LeadHubConfig(AppConfig):
    name = "leadhub"
    label = "leadhub"
