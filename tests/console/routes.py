"""Prints the names of the routes of the console, as Django resolves them. Run as a program."""

import json
import os

import django
from django.urls import get_resolver

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "console.settings"
    django.setup()
    print(json.dumps(sorted(str(name) for name in get_resolver().reverse_dict if isinstance(name, str))))
