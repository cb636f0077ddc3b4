"""Django settings of the console, on top of those of history: people who sign in, their sessions, and pages.

What differs from place to place (names of the host, whether a second factor is asked of everyone) comes from khien.yaml
through `console.serving`, which also sets SECRET_KEY; nothing is served before.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from console.written import Written
from history.settings import DATABASES, DEFAULT_AUTO_FIELD, TIME_ZONE, USE_TZ

__all__ = ["DATABASES", "DEFAULT_AUTO_FIELD", "TIME_ZONE", "USE_TZ"]

ROOM = Path(__file__).resolve().parent

INSTALLED_APPS = ["history", "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "console"]
MIDDLEWARE = [
    "console.metrics.Measured",
    "console.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "console.middleware.Origin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.middleware.Gate",
]
ROOT_URLCONF = "console.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOM / "jinja2"],
        "OPTIONS": {"environment": "console.pages.environment"},
    }
]
SECRET_KEY = ""
DEBUG = False
ALLOWED_HOSTS: list[str] = []
APPEND_SLASH = False
USE_I18N = False
LOGGING_CONFIG = None

AUTH_USER_MODEL = "console.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
SECOND_FACTOR_ROLES: tuple[str, ...] = ("security",)
"""Whose users must set up a second factor before anything else; others may."""
KEEPER: Any = None
"""Who reads inventories (`console.keeper`)."""
OPENID: Any = None
"""The `console.openid.Provider` by which users may sign in; None: there is none."""
SECURITY_CONTACT = ""
"""Whom to tell of a weakness of the console (RFC 9116), as a URI; empty: nobody is named."""
WRITTEN = Written()
"""What stands in khien.yaml."""

SESSION_COOKIE_NAME = "__Host-khien"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(hours=10).total_seconds())
"""Seconds that a session lasts at the most; how long it may lie idle is `console.middleware.IDLE`."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-khien-form"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "console.views.errors.forged"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 2

STATIC_URL = "/static/"
STATIC_ROOT = ROOM / "static"
WHITENOISE_MAX_AGE = int(timedelta(days=1).total_seconds())
WHITENOISE_ALLOW_ALL_ORIGINS = False
