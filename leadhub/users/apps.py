from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "leadhub.users"
    verbose_name = "People"
