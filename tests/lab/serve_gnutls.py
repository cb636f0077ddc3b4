"""Servers of GnuTLS: a child of the lab (listening.py). Options: one priority string.

The library is called, and not gnutls-serv, which cannot be told to listen on one address only.
"""

import ctypes
import socket
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_ssize_t, c_uint, c_void_p

from tests.lab.listening import IDLE_SECONDS, PAGE, Order, Serve, serve_orders

SERVER = 1  # GNUTLS_SERVER
CERTIFICATE, ANONYMOUS = 1, 2  # gnutls_credentials_type_t
PEM = 1  # GNUTLS_X509_FMT_PEM
MEDIUM = 30  # GNUTLS_SEC_PARAM_MEDIUM: finite-field groups of 2048 bits

library = ctypes.CDLL("libgnutls.so.30")
for name, arguments in {
    "gnutls_certificate_allocate_credentials": (POINTER(c_void_p),),
    "gnutls_certificate_set_x509_key_file": (c_void_p, c_char_p, c_char_p, c_int),
    "gnutls_certificate_set_known_dh_params": (c_void_p, c_int),
    "gnutls_anon_allocate_server_credentials": (POINTER(c_void_p),),
    "gnutls_anon_set_server_known_dh_params": (c_void_p, c_int),
    "gnutls_init": (POINTER(c_void_p), c_uint),
    "gnutls_priority_set_direct": (c_void_p, c_char_p, c_void_p),
    "gnutls_credentials_set": (c_void_p, c_int, c_void_p),
    "gnutls_transport_set_int2": (c_void_p, c_int, c_int),
    "gnutls_handshake_set_timeout": (c_void_p, c_uint),
    "gnutls_handshake": (c_void_p,),
    "gnutls_record_set_timeout": (c_void_p, c_uint),
    "gnutls_record_recv": (c_void_p, c_void_p, c_size_t),
    "gnutls_record_send": (c_void_p, c_char_p, c_size_t),
    "gnutls_bye": (c_void_p, c_int),
    "gnutls_deinit": (c_void_p,),
    "gnutls_error_is_fatal": (c_int,),
}.items():
    getattr(library, name).argtypes = arguments
for name in ("gnutls_record_recv", "gnutls_record_send"):
    getattr(library, name).restype = c_ssize_t


def prepare(order: Order) -> Serve:
    """Credentials, and what is done with each connection. Raises ValueError for a priority string not understood."""
    certificate, anonymous = c_void_p(), c_void_p()
    library.gnutls_certificate_allocate_credentials(byref(certificate))
    library.gnutls_anon_allocate_server_credentials(byref(anonymous))
    for chain, key in order.pairs:
        must(library.gnutls_certificate_set_x509_key_file(certificate, chain.encode(), key.encode(), PEM), chain)
    library.gnutls_certificate_set_known_dh_params(certificate, MEDIUM)
    library.gnutls_anon_set_server_known_dh_params(anonymous, MEDIUM)
    (priority,) = order.options
    library.gnutls_deinit(new_session(priority))
    return lambda sock: converse(sock, priority, certificate, anonymous)


def new_session(priority: str) -> c_void_p:
    """A session of a server."""
    session = c_void_p()
    must(library.gnutls_init(byref(session), SERVER), "session")
    must(library.gnutls_priority_set_direct(session, priority.encode(), None), priority)
    return session


def must(result: int, what: str) -> None:
    """Raises ValueError where the library refused a setting."""
    if result < 0:
        raise ValueError(f"{what}: {result}")


def converse(sock: socket.socket, priority: str, certificate: c_void_p, anonymous: c_void_p) -> None:
    """Shake hands, answer one request, close."""
    session = new_session(priority)
    try:
        library.gnutls_credentials_set(session, CERTIFICATE, certificate)
        library.gnutls_credentials_set(session, ANONYMOUS, anonymous)
        library.gnutls_transport_set_int2(session, sock.fileno(), sock.fileno())
        library.gnutls_handshake_set_timeout(session, int(IDLE_SECONDS * 1000))
        library.gnutls_record_set_timeout(session, int(IDLE_SECONDS * 1000))
        while (result := library.gnutls_handshake(session)) < 0:
            if library.gnutls_error_is_fatal(result):
                return
        room = ctypes.create_string_buffer(4096)
        if library.gnutls_record_recv(session, room, len(room)) > 0:
            library.gnutls_record_send(session, PAGE, len(PAGE))
            library.gnutls_bye(session, 1)
    finally:
        library.gnutls_deinit(session)


if __name__ == "__main__":
    serve_orders(prepare)
