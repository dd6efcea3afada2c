"""The database of the node that is measured; no middleware, no sessions, no templates."""

from __future__ import annotations

from commonweave.site.config import load_config
from commonweave.site.postgres import django_database

CONFIG = load_config()
SECRET_KEY = CONFIG.derive("bench").hex()
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["bench.bare"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare.urls"
DATABASES = {"default": django_database(CONFIG) | {"ENGINE": "django.db.backends.postgresql"}}  # Django's own
USE_I18N = False
USE_TZ = True
