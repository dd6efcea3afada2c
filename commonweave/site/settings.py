"""Django's settings; everything a deployer may choose comes from `config.py`."""

from __future__ import annotations

from pathlib import Path

import django.conf.locale
from django.utils.translation import gettext_lazy as _

from commonweave.base.gate import limits
from commonweave.site.config import load_config
from commonweave.site.postgres import django_database
from commonweave.site.state import State

CONFIG = load_config()
HTTPS = CONFIG.url.startswith("https://")
PACKAGE = Path(__file__).resolve().parents[1]

SECRET_KEY = CONFIG.derive("django").hex()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # the public address is COMMONWEAVE_URL; no page builds a link from the Host header
CSRF_TRUSTED_ORIGINS = [CONFIG.url]

INSTALLED_APPS = [
    "commonweave.base",
    "commonweave.vocabulary",
    "commonweave.places",
    "commonweave.people",
    "commonweave.sharing",
    "commonweave.referral",
    "commonweave.delivery",
    "commonweave.files",
    "commonweave.search",
    "commonweave.reports",
    "commonweave.evidence",
    "commonweave.bodies",
    "commonweave.site",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "commonweave.site.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "commonweave.site.programs.Programs",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "commonweave.site.middleware.Viewing",
]

ROOT_URLCONF = "commonweave.site.urls"
WSGI_APPLICATION = "commonweave.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "commonweave.base.templatetags.commonweave",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "commonweave.site.navigation.context",
            ],
        },
    }
]

DATABASES = {"default": django_database(CONFIG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "commonweave.site.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation's link proved the address
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one counts once its link was opened
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make us write to strangers
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_ADAPTER = "commonweave.people.sign_in.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "commonweave.people.codes.SignInForm",
    "reauthenticate": "commonweave.people.codes.ProveAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Commonweave"
MFA_TOTP_TOLERANCE = 1  # cheap phones have slow clocks
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # no account exists before its address was proved; a change waits for its own link
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow passkeys without TLS on localhost only

# Counts attempts to sign in, in memory that the web processes share: nothing of a client ever reaches the disk.
CACHES = {"default": {"BACKEND": "commonweave.base.gate.cache.SharedMemoryCache"}}
LIMITS = limits.parse(CONFIG.limits)
PROXIES = CONFIG.proxies

UNSEALING_COST = State(CONFIG.data).read().get("unsealing_cost")  # measured by `migrate`
SESSION_SERIALIZER = "commonweave.people.sessions.SealedSerializer"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:  # browsers then take these from this host alone, not from a neighbour under the same domain (RFC 6265bis)
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers send "Origin: null", which fails CSRF checks
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
HARVEST_PRIVATE = False  # libraries elsewhere are asked, never a machine of our own network (evidence/outside.py)
DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = ["commonweave.site.uploads.NoFiles"]  # the limit above does not count files

django.conf.locale.LANG_INFO["ny"] = {
    "bidi": False,
    "code": "ny",
    "name": "Chichewa",
    "name_local": "Chichewa",
}
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("ar", _("Arabic")),
    ("sq", _("Albanian")),
    ("ny", _("Chichewa")),
]
STAFF_LANGUAGES = ("en", "fr")
TEXT_FALLBACKS: dict[str, tuple[str, ...]] = {"ny": ("en",), "sq": ("en",), "ar": ("en",), "fr": ("en",)}
LOCALE_PATHS = [CONFIG.data / "locale"]  # compiled there by `migrate`: the code may be read-only
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60
EMAIL_BACKEND = "commonweave.delivery.backend.Backend"
DEFAULT_FROM_EMAIL = "no-reply@" + CONFIG.url.split("//", 1)[1].split(":")[0]

# Nothing about a request is ever logged: no address, no path, no user agent.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "faults": {"class": "commonweave.site.faults.Handler"},
        "null": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["null"], "propagate": False},
        "django.server": {"handlers": ["null"], "propagate": False},
        "procrastinate": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
