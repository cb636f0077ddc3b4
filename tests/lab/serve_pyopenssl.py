"""Servers of pyOpenSSL, which brings an OpenSSL newer than the system's: a child of the lab (listening.py).

Settings: minimum and maximum (pyOpenSSL's numbers of protocol versions), ciphers, suites (of TLS 1.3), order=server.
Which groups it takes is OpenSSL's default, with the hybrid ones of draft-ietf-tls-ecdhe-mlkem from 3.5 on.
"""

import contextlib
import socket
import struct

from OpenSSL import SSL

from tests.lab.listening import IDLE_SECONDS, PAGE, Order, Serve, serve_orders

SERVER_ORDER = 0x00400000  # SSL_OP_CIPHER_SERVER_PREFERENCE


def prepare(order: Order) -> Serve:
    """A context as the settings say, and what is done with each connection."""
    settings = order.settings()
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(int(settings.get("minimum", SSL.TLS1_2_VERSION)))
    context.set_max_proto_version(int(settings.get("maximum", SSL.TLS1_3_VERSION)))
    context.set_cipher_list(settings.get("ciphers", "DEFAULT").encode())
    if "suites" in settings:
        context.set_tls13_ciphersuites(settings["suites"].encode())
    if settings.get("order") == "server":
        context.set_options(SERVER_ORDER)
    for chain, key in order.pairs:
        context.use_certificate_chain_file(chain)
        context.use_privatekey_file(key)

    def serve(sock: socket.socket) -> None:
        # With a time-out of Python's the socket would not block, and the library would give up at once.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(IDLE_SECONDS), 0))
        connection = SSL.Connection(context, sock)
        connection.set_accept_state()
        with contextlib.suppress(SSL.Error, OSError):
            connection.do_handshake()
            if connection.recv(4096):
                connection.sendall(PAGE)
                connection.shutdown()

    return serve


if __name__ == "__main__":
    serve_orders(prepare)
