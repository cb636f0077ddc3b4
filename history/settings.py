"""Django settings of the database; `console` adds the web to them."""

SECRET_KEY = "not used before there is a console"  # noqa: S105
INSTALLED_APPS = ["history"]
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
