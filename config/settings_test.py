"""A dozen overrides for tests."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEMO = True
ACCOUNT_RATE_LIMITS = False
CLOCK = "config.clock.host_time"
DATABASES["default"]["CONN_MAX_AGE"] = 0
for _database in DATABASES.values():
    _database["CONN_HEALTH_CHECKS"] = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
