"""Servers of OpenSSL 1.0.2e: a child of the lab (listening.py).

Settings: versions (oldest to newest, by space), ciphers (OpenSSL's words), dh (bits), curves, order=server,
compression=on, tickets=off, renegotiation=insecure, export=on (a temporary RSA key of 512 bits).
"""

import ctypes
import socket
from ctypes import c_char_p, c_int, c_long, c_ulong, c_void_p
from pathlib import Path

from tests.lab.listening import IDLE_SECONDS, PAGE, Order, Serve, serve_orders
from tests.lab.old_openssl import OldOpenSsl

# SSL_OP_* of ssl.h
WITHOUT = {
    "ssl2": 0x01000000,
    "ssl3": 0x02000000,
    "tls1_0": 0x04000000,
    "tls1_1": 0x10000000,
    "tls1_2": 0x08000000,
}
SERVER_ORDER, NO_COMPRESSION, NO_TICKET, UNSAFE_RENEGOTIATION = 0x00400000, 0x00020000, 0x00004000, 0x00040000
NEW_DH_KEYS = 0x00100000 | 0x00080000
# SSL_CTRL_* of ssl.h
SET_TMP_RSA, SET_TMP_DH, OPTIONS, SET_CURVES_LIST, SET_ECDH_AUTO = 2, 3, 32, 92, 94
WANT_READ = 2
PEM = 1

library = OldOpenSsl()
call = library.function
library_init = call("SSL_library_init")
load_errors = call("SSL_load_error_strings", None)
method = call("SSLv23_server_method", c_void_p)
ctx_new = call("SSL_CTX_new", c_void_p, c_void_p)
ctx_ctrl = call("SSL_CTX_ctrl", c_long, c_void_p, c_int, c_long, c_void_p)
set_ciphers = call("SSL_CTX_set_cipher_list", c_int, c_void_p, c_char_p)
use_chain = call("SSL_CTX_use_certificate_chain_file", c_int, c_void_p, c_char_p)
use_key = call("SSL_CTX_use_PrivateKey_file", c_int, c_void_p, c_char_p, c_int)
memory_of = call("BIO_new_mem_buf", c_void_p, c_char_p, c_int)
read_parameters = call("PEM_read_bio_DHparams", c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
rsa_new = call("RSA_new", c_void_p)
number_new = call("BN_new", c_void_p)
number_set = call("BN_set_word", c_int, c_void_p, c_ulong)
rsa_generate = call("RSA_generate_key_ex", c_int, c_void_p, c_int, c_void_p, c_void_p)
memory = call("BIO_s_mem", c_void_p)
bio_new = call("BIO_new", c_void_p, c_void_p)
bio_read = call("BIO_read", c_int, c_void_p, c_void_p, c_int)
bio_write = call("BIO_write", c_int, c_void_p, c_char_p, c_int)
ssl_new = call("SSL_new", c_void_p, c_void_p)
ssl_free = call("SSL_free", None, c_void_p)
set_bio = call("SSL_set_bio", None, c_void_p, c_void_p, c_void_p)
set_accept = call("SSL_set_accept_state", None, c_void_p)
do_handshake = call("SSL_do_handshake", c_int, c_void_p)
ssl_read = call("SSL_read", c_int, c_void_p, c_void_p, c_int)
ssl_write = call("SSL_write", c_int, c_void_p, c_char_p, c_int)
get_error = call("SSL_get_error", c_int, c_void_p, c_int)
clear_errors = call("ERR_clear_error", None)


def prepare(order: Order) -> Serve:
    """A context as the settings say, and what is done with each connection."""
    settings = order.settings()
    context = ctx_new(method())
    versions = settings["versions"].split()
    options = sum(bit for version, bit in WITHOUT.items() if version not in versions) | NEW_DH_KEYS
    options |= SERVER_ORDER if settings.get("order") == "server" else 0
    options |= 0 if settings.get("compression") == "on" else NO_COMPRESSION
    options |= NO_TICKET if settings.get("tickets") == "off" else 0
    options |= UNSAFE_RENEGOTIATION if settings.get("renegotiation") == "insecure" else 0
    ctx_ctrl(context, OPTIONS, options, None)
    for chain, key in order.pairs:
        must(use_chain(context, chain.encode()), chain)
        must(use_key(context, key.encode(), PEM), key)
    must(set_ciphers(context, settings["ciphers"].encode()), settings["ciphers"])
    if "dh" in settings:
        text = Path(order.files[f"dh{settings['dh']}"]).read_bytes()
        parameters = read_parameters(memory_of(text, len(text)), None, None, None)
        must(ctx_ctrl(context, SET_TMP_DH, 0, parameters), "dh")
    if "curves" in settings:
        must(ctx_ctrl(context, SET_CURVES_LIST, 0, ctypes.cast(c_char_p(settings["curves"].encode()), c_void_p)), "")
    ctx_ctrl(context, SET_ECDH_AUTO, 1, None)
    if settings.get("export") == "on":
        exponent, temporary = number_new(), rsa_new()
        must(number_set(exponent, 65537) and rsa_generate(temporary, 512, exponent, None), "export")
        must(ctx_ctrl(context, SET_TMP_RSA, 0, temporary), "export")
    return lambda sock: converse(sock, context)


def must(result: int, what: str) -> None:
    """Raises ValueError where the library refused a setting."""
    if result <= 0:
        raise ValueError(what)


def converse(sock: socket.socket, context: int) -> None:
    """Shake hands, answer one request, close."""
    sock.settimeout(IDLE_SECONDS)
    incoming, outgoing, ssl = bio_new(memory()), bio_new(memory()), ssl_new(context)
    set_bio(ssl, incoming, outgoing)  # which now belong to it
    set_accept(ssl)
    room = ctypes.create_string_buffer(16384)
    try:
        shaken = False
        while True:
            clear_errors()
            result = ssl_read(ssl, room, len(room)) if shaken else do_handshake(ssl)
            error = get_error(ssl, result)
            if result > 0 and shaken:
                ssl_write(ssl, PAGE, len(PAGE))
            while (size := bio_read(outgoing, room, len(room))) > 0:
                sock.sendall(room.raw[:size])
            if result > 0 and shaken:
                return
            shaken = shaken or result > 0
            if result > 0:
                continue
            if error != WANT_READ:
                return
            heard = sock.recv(16384)
            if not heard:
                return
            bio_write(incoming, heard, len(heard))
    finally:
        ssl_free(ssl)


if __name__ == "__main__":
    library_init()
    load_errors()
    serve_orders(prepare)
