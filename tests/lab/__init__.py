"""The lab: real TLS servers in many configurations, and what sslyze, asking exhaustively, finds each of them to accept.

A `Configuration` (configuration.py) is data: which server software, how it is configured in that software's own
words, which certificates it has. `catalogue.py` lists all of them. `start.py` starts one, or all of them at once,
on loopback addresses of their own with ports that are free at that moment:

    with start(configuration, folder) as endpoint: ...          endpoint.address, endpoint.port, endpoint.server_name
    with start_all(CONFIGURATIONS, folder) as endpoints: ...     the same by identifier, with as few processes as can be

`oracle.py` asks sslyze for the truth about an endpoint: protocols, suites, groups and preference. The fixtures
`lab` and `truths` (conftest.py) start everything and ask once in a test run; the engine's answers are compared
with them.

Server software: nginx, Apache httpd, openssl s_server (Debian's OpenSSL); GnuTLS, driven as a library, because its
own server listens on every address of the machine; Python's ssl; pyOpenSSL (a newer OpenSSL, with hybrid groups);
Node.js; and the OpenSSL 1.0.2e inside nassl's wheel (SSL 2.0 and 3.0, export suites, RC4, compression).
"""
