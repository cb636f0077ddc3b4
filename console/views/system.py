"""What is no page of content: health, the language, the source code."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from checks.model.text import Language
from console import sessions, source_code
from console.entering import own_path
from console.models import User
from history.database import pending
from history.errors import DatabaseUnusable

IN_FORCE = timedelta(days=90)
"""So long what security.txt says holds from when it is asked for."""


def health(request: HttpRequest) -> HttpResponse:
    """Whether the console answers and reaches its database: 200 or 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """Whether the console can work: it reaches its database, whose tables are those of this release. 200 or 503."""
    try:
        steps = pending()
    except DatabaseUnusable:
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "upgrade" if steps else "ok"}, status=503 if steps else 200)


def language(request: HttpRequest) -> HttpResponseBase:
    """Take a language, and go back to the page on which it was chosen."""
    chosen: Language = "en" if request.POST.get("language") == "en" else "vi"
    response = redirect(own_path(request.POST.get("next", "")))
    sessions.remember_language(response, chosen)
    if isinstance(request.user, User):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return response


def source(request: HttpRequest) -> HttpResponse:
    """The source code of what runs here, as section 13 of the AGPL has it offered to whoever uses it over a network."""
    return HttpResponse(
        source_code.archive(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{source_code.NAME}.zip"'},
    )


def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness of the console (RFC 9116). Raises Http404 where nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = datetime.now(UTC).replace(microsecond=0) + IN_FORCE
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {request.build_absolute_uri(request.path)}",
        "Preferred-Languages: vi, en",
    )
    return HttpResponse("".join(f"{each}\n" for each in lines), content_type="text/plain; charset=utf-8")
