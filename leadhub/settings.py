"""Every setting of LeadHub, read from the environment (or from a file `.env` beside manage.py).

A value that is missing or malformed stops the start with a sentence that says what to set.
docs/reference/settings.md lists them all in one table.
"""

import os
import sys
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

from leadhub import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")


def setting(read, name: str, default, what: str):
    """The value of `name`, or a start that stops and says what to set."""
    try:
        return read(name, default=default)
    except (ValueError, TypeError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} must be {what}: {error}") from error


# Where this installation keeps what it writes: people's data too, which are nobody else's here.
VAR = Path(setting(env.str, "LEADHUB_VAR", str(BASE_DIR / "var"), "a folder"))
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)


def secret_key() -> str:
    """SECRET_KEY, or what `script/server` wrote into var/secret_key at its first start."""
    kept = VAR / "secret_key"
    key = env.str("SECRET_KEY", default=kept.read_text().strip() if kept.exists() else "")
    if len(key) < 32:
        raise ImproperlyConfigured(
            "SECRET_KEY must be at least 32 random characters. script/server makes one at its "
            "first start; without script/server, set SECRET_KEY in the environment or in .env."
        )
    return key


SECRET_KEY = secret_key()
DEBUG = setting(env.bool, "DEBUG", False, "true or false")
ALLOWED_HOSTS = setting(
    env.list, "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"], "host names with commas between"
)
CSRF_TRUSTED_ORIGINS = setting(
    env.list, "CSRF_TRUSTED_ORIGINS", [], "origins such as https://leadhub.example.com"
)
SECURE_COOKIES = setting(
    env.bool, "SECURE_COOKIES", False, "true where people reach LeadHub by https"
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "leadhub.users.sessions"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "leadhub.admin_site.LeadHubAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its templates, for the form renderer that lets ours replace them
    "django_filters",
    "django_htmx",
    "leadhub",
    "leadhub.users",
    "leadhub.records",
    "leadhub.intake",
    "scoring",
    "handoff",
]

MIDDLEWARE = [
    "leadhub.intake.front.middleware",  # first: intake needs none of the others
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leadhub.content_security_policy.middleware",
    "leadhub.null_characters.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leadhub.users.access.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "leadhub.urls"
WSGI_APPLICATION = "leadhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "leadhub.navigation.context",
            ],
            "builtins": [
                "leadhub.templatetags.components",
                "leadhub.templatetags.figures",
                "leadhub.templatetags.demo",
            ],
        },
    }
]
FORM_RENDERER = "leadhub.form_rendering.FormRenderer"

# --- the database: a file of our own, or the PostgreSQL that DATABASE_URL names ---------------

try:
    DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR}/leadhub.sqlite3")}
except (ValueError, ImproperlyConfigured) as error:
    raise ImproperlyConfigured(
        f"DATABASE_URL must look like postgresql://user:password@host:5432/name: {error}"
    ) from error

DATABASE = DATABASES["default"]
ON_SQLITE = DATABASE["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    # Writers queue for at most 20 s instead of failing; a commit is on disk before it is answered.
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif DATABASE["ENGINE"].endswith("postgresql"):
    # PostgreSQL would compile a sweep's questions for several times as long as it answers them.
    DATABASE.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    DATABASE["CONN_MAX_AGE"] = 60
    DATABASE["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL or an SQLite database.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery: Redis where REDIS_URL names it, else files under var/ -----------------------------

REDIS_URL = setting(env.str, "REDIS_URL", "", "an address such as redis://host:6379/0")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_keepalive": True}
else:
    queue_folder = VAR / "queue"
    for folder in ("messages", "processed", "control"):
        (queue_folder / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "localhost"
    CELERY_BROKER_TRANSPORT = "leadhub.file_queue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(queue_folder / "messages"),
        "data_folder_out": str(queue_folder / "messages"),
        "processed_folder": str(queue_folder / "processed"),
        "control_folder": str(queue_folder / "control"),
        "store_processed": False,
        # Looked for more often than the sweep's message, sent each second, expires.
        "polling_interval": 0.2,
    }
# Messages carry no data (see docs/architecture.md), so losing one costs a second, not a lead.
CELERY_TASK_IGNORE_RESULT = True
# A message that can't be acknowledged, since Redis went away meanwhile, counts as under way until
# the worker connects anew; with room for one message only, a worker would wait for ever. So it is
# acknowledged at once, not after the task, and there is room for more than one.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A task that ran while the broker went away goes on: it can run twice, and needs no answer.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_DEFAULT_QUEUE = "now"
CELERY_TIMEZONE = "UTC"
# Nobody asks the workers anything over the broker; their heartbeats are in the database.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False

# --- time -------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = setting(env.str, "TIME_ZONE", "UTC", "a name such as Europe/Berlin")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(
        f"TIME_ZONE must be the name of a time zone such as Europe/Berlin, not {TIME_ZONE!r}."
    )
# The zone in which an event's day is decided, once, when it is written.
ORGANISATION_ZONE = ZoneInfo(TIME_ZONE)
try:
    NIGHTLY_AT = time.fromisoformat(env.str("NIGHTLY_AT", default="02:30"))
except ValueError as error:
    raise ImproperlyConfigured(
        f"NIGHTLY_AT must be a time of day such as 02:30 (in TIME_ZONE): {error}"
    ) from error
# How long a worker may be silent while others work before the watchdog ends it; the scheduler half
# as long, the worker of long runs ten times as long.
SILENT_AFTER = timedelta(
    seconds=setting(env.int, "SILENT_AFTER_SECONDS", 120, "a whole number of seconds")
)
if timedelta(seconds=12) > SILENT_AFTER:
    raise ImproperlyConfigured("SILENT_AFTER_SECONDS must be 12 or more: hearts beat each 5 s.")
# How long the bodies that intake received are kept after they became facts.
RECEIVED_BATCHES_KEPT_DAYS = setting(
    env.int, "RECEIVED_BATCHES_KEPT_DAYS", 7, "a whole number of days"
)

# How many received bodies may wait to become facts before senders are asked to come again later.
INTAKE_BACKLOG = setting(env.int, "INTAKE_BACKLOG", 50_000, "a whole number")

# Of people whom only public keys know, so many an hour may ask for sales by one source; the others
# wait for marketing.
HAND_RAISES_AN_HOUR = setting(env.int, "HAND_RAISES_AN_HOUR", 20, "a whole number")

# What the site listens on, as `script/server` says; unknown without it.
LISTENS_ON = os.environ.get("LEADHUB_LISTENS_ON", "")

# --- people -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "users.User"
# E-mails are unique without regard to case, by a constraint that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
# Answers as leadhub.users.access.RoleBackend does, and knows of the demo world.
AUTHENTICATION_BACKENDS = ["leadhub.demo.signed_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]  # fmt: skip
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
LANGUAGE_CODE = "en"
# All texts are in one language: translating would be a tenth of the work on a page.
USE_I18N = False
FORMAT_MODULE_PATH = ["leadhub.formats"]

# A definition of many signals and criteria is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- telling people ---------------------------------------------------------------------------

PUBLIC_URL = setting(
    env.str,
    "PUBLIC_URL",
    "http://127.0.0.1:8000",
    "the address such as https://leadhub.example.com",
).rstrip("/")
EMAIL_FROM = setting(env.str, "EMAIL_FROM", "LeadHub <leadhub@localhost>", "a sender's address")
try:
    mail = env.email_url("EMAIL_URL", default="dummymail://")
except (KeyError, ValueError, ImproperlyConfigured) as error:
    raise ImproperlyConfigured(
        f"EMAIL_URL must look like smtp+tls://user:password@mail.example.com:587: {error}"
    ) from error
EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = mail["EMAIL_HOST"] or "localhost", mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 5
# Without a mail server nobody is told by e-mail, and the pages do not offer it.
SENDS_E_MAIL = not EMAIL_BACKEND.endswith(".dummy.EmailBackend")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM

# --- files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
IN_TESTS = "pytest" in sys.modules
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or IN_TESTS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- logs -------------------------------------------------------------------------------------

LOG_LEVEL = setting(env.str, "LOG_LEVEL", "WARNING", "a level such as INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(
        f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {LOG_LEVEL!r}."
    )
LOGGING = logs.configured(LOG_LEVEL)
