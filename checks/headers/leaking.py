"""Names of headers that are known to give a system away, each beside what sends it. Data only; nothing is judged here.

Our own list, kept to headers whose mere presence names a product, its version, a machine behind the front, or the
inside of an application. `server` is not among them: it is the standard place for a product (RFC 9110 section
10.2.4), and what it says is judged by `no_version`. Raise the version of `headers.leaks` when the list changes.
"""

from typing import Final

_PLATFORMS: Final = (
    "powered-by",
    "x-aspnet-version",  # ASP.NET
    "x-aspnetmvc-version",  # ASP.NET MVC
    "x-backend-server",  # proxies: the machine behind them
    "x-cf-powered-by",  # ColdFusion
    "x-cocoon-version",  # Apache Cocoon
    "x-framework",
    "x-litespeed-cache",
    "x-litespeed-tag",  # LiteSpeed, and the plug-in of the application behind it
    "x-mod-pagespeed",  # Apache with PageSpeed: its version
    "x-nextjs-cache",
    "x-nextjs-page",  # Next.js: a path inside the application
    "x-page-speed",  # nginx with PageSpeed: its version
    "x-php-version",
    "x-powered-by",  # PHP, ASP.NET, Express, Next.js, servlet containers and many more
    "x-powered-by-plesk",
    "x-server-powered-by",
    "x-turbo-charged-by",  # LiteSpeed
)
_CONTENT: Final = (
    "k-proxy-request",  # Knative
    "liferay-portal",
    "oraclecommercecloud-version",
    "microsoftsharepointteamservices",  # Microsoft SharePoint: its version
    "pega-host",  # Pega: the machine behind
    "sharepointhealthscore",  # Microsoft SharePoint
    "x-cms",
    "x-content-encoded-by",  # Joomla
    "x-content-powered-by",  # Joomla extensions
    "x-drupal-cache",
    "x-drupal-dynamic-cache",
    "x-generated-by",
    "x-generator",  # Drupal and others: name and version
    "x-jitsi-release",
    "x-joomla-version",
    "x-magento-cache-debug",
    "x-pingback",  # WordPress
    "x-powered-cms",
    "x-redirect-by",  # WordPress, TYPO3
    "x-umbraco-version",
)
_MAIL: Final = (
    "x-beserver",  # Microsoft Exchange: the machine behind
    "x-calculatedbetarget",  # Microsoft Exchange
    "x-diaginfo",  # Microsoft Exchange: the machine
    "x-feserver",  # Microsoft Exchange: the machine in front
    "x-owa-version",  # Outlook on the web
)
_INSIDE: Final = (
    "sourcemap",  # where the sources of minified scripts are
    "x-sourcemap",
    "x-sourcefiles",  # Visual Studio: the path of the project, left on by mistake
    "x-debug-token",  # Symfony's profiler, left on by mistake
    "x-debug-token-link",
    "x-django-debug-toolbar",
    "x-envoy-original-dst-host",
    "x-envoy-upstream-service-time",  # Envoy
    "x-kubernetes-pf-flowschema-uid",  # the programming interface of Kubernetes
    "x-kubernetes-pf-prioritylevel-uid",
    "x-oneagent-js-injection",  # Dynatrace
    "x-runtime",  # Ruby: how long the answer took to make
    "x-ruxit-js-agent",  # Dynatrace
    "x-dtagentid",  # Dynatrace
    "x-dtinjectedservlet",  # Dynatrace
    "x-dthealthcheck",  # Dynatrace
    "x-varnish-backend",
    "x-varnish-server",
)

KNOWN: Final = frozenset((*_PLATFORMS, *_CONTENT, *_MAIL, *_INSIDE))
"""Names in lower case."""
