"""Django settings of the database; `console` adds the web to them. `history.setup` names the database."""

import os

from history.database import ENVIRONMENT, NOWHERE, configuration

INSTALLED_APPS = ["history"]
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {"default": configuration(os.environ.get(ENVIRONMENT) or NOWHERE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
