import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")

application = get_wsgi_application()

from leadhub import time_zone  # noqa: E402 - it reads the database

time_zone.refuse_another_at_start()
