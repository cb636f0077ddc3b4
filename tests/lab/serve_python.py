"""Servers of Python's ssl: a child of the lab (listening.py).

Settings: minimum and maximum (names of ssl.TLSVersion), ciphers, curve, order=client, client_certificate (optional or
required), alpn (by space), tickets (how many, in TLS 1.3).
"""

import contextlib
import socket
import ssl
import warnings

from tests.lab.listening import IDLE_SECONDS, PAGE, Order, Serve, serve_orders


def prepare(order: Order) -> Serve:
    """A context as the settings say, and what is done with each connection."""
    settings = order.settings()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(settings.get("ciphers", "DEFAULT"))
    _limit(context, settings)
    for chain, key in order.pairs:
        context.load_cert_chain(chain, key)
    if "curve" in settings:
        context.set_ecdh_curve(settings["curve"])
    if settings.get("order") == "client":
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    if "client_certificate" in settings:
        context.verify_mode = ssl.VerifyMode[f"CERT_{settings['client_certificate'].upper()}"]
        context.load_verify_locations(order.files["issuer"])
    if "alpn" in settings:
        context.set_alpn_protocols(settings["alpn"].split())
    if "tickets" in settings:
        context.num_tickets = int(settings["tickets"])

    def serve(sock: socket.socket) -> None:
        sock.settimeout(IDLE_SECONDS)
        with contextlib.suppress(OSError), context.wrap_socket(sock, server_side=True) as tls:
            if tls.recv(4096):
                tls.sendall(PAGE)

    return serve


def _limit(context: ssl.SSLContext, settings: dict[str, str]) -> None:
    with warnings.catch_warnings():  # old versions are what is wanted here
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion[settings.get("minimum", "TLSv1_2")]
        context.maximum_version = ssl.TLSVersion[settings.get("maximum", "TLSv1_3")]


if __name__ == "__main__":
    serve_orders(prepare)
