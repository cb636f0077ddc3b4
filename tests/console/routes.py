"""Prints the routes of the console, as Django resolves them, each with its methods. Run as a program."""

import json
import os

import django
from django.urls import get_resolver

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "console.settings"
    django.setup()
    from console.routes import BY_NAME

    names = [str(name) for name in get_resolver().reverse_dict if isinstance(name, str)]
    print(json.dumps({name: sorted(BY_NAME[name].allowed) for name in names}))
