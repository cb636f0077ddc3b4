"""The URLs, made of the table of routes, and the pages for what goes wrong."""

from django.urls import path

from console.routes import ROUTES

urlpatterns = [path(each.path, each.view, name=each.name) for each in ROUTES]
handler400 = "console.views.errors.bad_request"
handler403 = "console.views.errors.forbidden"
handler404 = "console.views.errors.not_found"
handler500 = "console.views.errors.broken"
