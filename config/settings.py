"""Settings, from the environment; nonsense stops the start with a sentence."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config.signing_in import *  # noqa: F403 - the settings of allauth and of sessions

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in ("0", "1", "true", "false", ""):
        raise ImproperlyConfigured(f"{name} is 1 or 0.")
    return value in ("1", "true")


def _secret(name: str, default: str = "") -> str:
    """From NAME, or from the file that NAME_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


DEBUG = _flag("DEBUG")
DEMO = _flag("DEMO")

SECRET_KEY = _secret("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty. Set it, or start with `python3 run.py`.")
FEED_KEY_SECRET = _secret("FEED_KEY_SECRET", SECRET_KEY)
"""Secrets of feed keys are derived from it: changing it ends every feed key."""
SEALING_SECRETS = [
    secret
    for secret in (_secret("SEALING_SECRET", SECRET_KEY), _secret("SEALING_SECRET_BEFORE"))
    if secret
]
"""The first seals what we keep of EHRs (client secrets, private keys); all of them open it."""
EHR_LOOPBACK = _flag("EHR_LOOPBACK")
"""EHR servers and webhooks on this machine may be asked, by plain http: for tests and demos."""
EHR_CA_FILE = os.environ.get("EHR_CA_FILE", "")
"""Certificates of a private authority that EHR servers may show, beside the public ones."""

PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://localhost:8000").rstrip("/")
"""Where people and providers reach us; call-backs are signed over it."""

TWILIO_ADDRESS = os.environ.get("TWILIO_ADDRESS", "https://api.twilio.com").rstrip("/")
"""Of the provider of text messages and calls; `run_fake_provider` is another."""
TWILIO_ACCOUNT_SID = os.environ.get("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = _secret("TWILIO_AUTH_TOKEN")
TWILIO_FROM = os.environ.get("TWILIO_FROM", "")
"""The number that messages and calls come from, as +15551234567."""


def _address(name: str, *schemes: str, default: str = "") -> str:
    """An address of one of the schemes, or nothing."""
    value = _secret(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} begins with {' or '.join(f'{s}://' for s in schemes)}.")
    return value


def _seconds(name: str, default: float) -> float:
    try:
        value = float(os.environ.get(name, default))
    except ValueError:
        value = 0.0
    if value <= 0:
        raise ImproperlyConfigured(f"{name} is a number of seconds above 0.")
    return value


ALARM_EMAIL = [one.strip() for one in os.environ.get("ALARM_EMAIL", "").split(",") if one.strip()]
"""Who is told when an obligation does not hold, past the product's own ways to people."""
ALARM_FROM = os.environ.get("ALARM_FROM", "clearchart@localhost")
ALARM_SMTP_URL = _address("ALARM_SMTP_URL", "smtp", "smtps", default="smtp://localhost:25")
ALARM_WEBHOOK = _address("ALARM_WEBHOOK", "https", "http")
DEADMAN_URL = _address("DEADMAN_URL", "https", "http")
"""Fetched while all obligations hold; whoever watches it raises an alarm when that stops."""
AUDIT_SECONDS, DEADMAN_SECONDS = _seconds("AUDIT_SECONDS", 5), _seconds("DEADMAN_SECONDS", 30)
LATE_SECONDS = _seconds("LATE_SECONDS", 25)
"""A sweep that has not run for so long is late."""

ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin
]


def _database(url: str, **more: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    )
    parsed["ENGINE"] = "tenants.postgresql"
    parsed.setdefault("OPTIONS", {}).update({"connect_timeout": 5})
    parsed["TEST"] = {"NAME": parsed.get("NAME")}
    return parsed | more


DATABASE_URL = _secret("DATABASE_URL")
if not DATABASE_URL:
    raise ImproperlyConfigured("DATABASE_URL is empty. Set it, or start with `python3 run.py`.")
DATABASES = {"default": _database(DATABASE_URL, ATOMIC_REQUESTS=True)}
if OWNER_DATABASE_URL := _secret("OWNER_DATABASE_URL"):
    DATABASES["owner"] = _database(OWNER_DATABASE_URL, PRIVILEGED=True)
DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=30s -c lock_timeout=5s"

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "pgtrigger",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tenants",
    "accounts",
    "audit",
    "charts",
    "routing",
    "outbox",
    "escalation",
    "referrals",
    "metrics",
    "integrations",
    "watchdog",
    "dashboards",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.packing.PackedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PracticeMiddleware",
    "dashboards.views.gate.GateMiddleware",
    "config.logs.RequestLogMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "dashboards.context.surface",
                "dashboards.context.access",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "rows",
        "DIRS": [BASE_DIR / "templates" / "jinja"],
        "OPTIONS": {"environment": "dashboards.drawing.environment"},
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("SECURE_COOKIES")
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("BEHIND_TLS_PROXY") else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
"""A member's own, or before sign-in the browser's (accounts/middleware.py)."""
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / ".clearchart" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.SmallStaticFilesStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILE_UPLOAD_HANDLERS = ["dashboards.uploads.BoundedUpload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
MAX_MESSAGE_BYTES = int(os.environ.get("MAX_MESSAGE_BYTES", 16 * 1024 * 1024))

CACHES = {
    "default": {"BACKEND": "config.caches.FallbackCache", "LOCATION": REDIS_URL},
}

CELERY_BROKER_URL = f"redis+socket://{REDIS_URL.removeprefix('unix://')}" if (
    REDIS_URL.startswith("unix://")
) else REDIS_URL  # fmt: skip

CLOCK = "config.clock.glance"
"""What requests take for now (tenants/clock.py)."""

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["integrations.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["integrations.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "integrations.api.problems.problem",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "ClearChart API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {"PriorityEnum": "integrations.api.answered.PRIORITIES"},
}

SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
"""TLS ends at the proxy; SECURE_COOKIES=1 turns the rest on (docs/runbook.md)."""

EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "ClearChart <clearchart@localhost>")

LOGGING_CONFIG = "config.logs.configure"
LOGGING: dict[str, Any] = {"version": 1}
