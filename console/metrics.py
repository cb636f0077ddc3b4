"""What the console tells Prometheus of itself: numbers by route and status, never the name of anybody."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.process_collector import ProcessCollector

from console.pages import VERSION

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10)
"""Seconds."""
REGISTRY = CollectorRegistry()
REQUESTS = Counter("khien_console_requests", "Requests that were answered.", ["route", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "khien_console_seconds", "How long an answer took to make.", ["route"], buckets=BUCKETS, registry=REGISTRY
)
Info("khien_console", "The release of Khiên.", registry=REGISTRY).info({"version": VERSION})
ProcessCollector(registry=REGISTRY)
NOWHERE = "none"
"""Stands for what is no route: files that are served as they are, and addresses that are not there."""


class Measured:
    """Counts every answer and how long it took, by the name of its route."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        begun = time.monotonic()
        response = self._answer(request)
        found = request.resolver_match
        route = (found and found.url_name) or NOWHERE
        REQUESTS.labels(route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.monotonic() - begun)
        return response


def show(request: HttpRequest) -> HttpResponse:
    """The numbers, as Prometheus reads them."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
