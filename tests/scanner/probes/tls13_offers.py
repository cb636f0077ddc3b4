"""What handshakes of TLS 1.3 offer in tests."""

from scanner.probes.tls.codec.hello import ClientHello

RSA, ECDSA, EDDSA = (0x0804, 0x0805, 0x0806), (0x0403, 0x0503, 0x0603), (0x0807,)
OFFER = ClientHello(
    0x0304,
    (0x1301, 0x1302, 0x1303, 0x1304, 0x1305),
    server_name="good.test",
    groups=(29, 23, 24, 25, 30, 256, 257),
    schemes=(*ECDSA, *EDDSA, *RSA),
    alpn=(b"h2", b"http/1.1"),
)


def offering(**changes: object) -> ClientHello:
    """The usual offer with some fields changed."""
    fields = {name: getattr(OFFER, name) for name in ClientHello.__slots__}
    return ClientHello(**(fields | changes))
