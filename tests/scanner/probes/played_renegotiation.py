"""The played server's part in a question that needs whole handshakes below TLS 1.3."""

from OpenSSL import SSL

from scanner.probes.tls.conversation import Trouble
from tests.scanner.probes.played_manners import PKI, Capabilities
from tests.scanner.probes.tls_looking import identity


class PlayedRenegotiation:
    """One connection on which whole handshakes are had, by OpenSSL: for the question about renegotiation."""

    def __init__(self, can: Capabilities) -> None:
        self.trouble: Trouble | None = None
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_VERSION)
        context.set_max_proto_version(SSL.TLS1_2_VERSION)
        context.set_cipher_list(b"ALL:COMPLEMENTOFALL:@SECLEVEL=0")
        context.set_options(1 << 8 if "client_renegotiation" in can.features else 1 << 30)  # allow, or never
        for key in can.keys:
            if key in PKI:
                own = identity(PKI[key])
                context.use_certificate(own.certificate)
                context.use_privatekey(own.key)
        self._connection = SSL.Connection(context, None)
        self._connection.set_accept_state()

    def receive(self, data: bytes) -> bytes:
        """See PlayedConnection."""
        self._connection.bio_write(data)
        try:
            self._connection.recv(1 << 14)
        except SSL.WantReadError:
            pass
        except SSL.Error:
            self.trouble = "closed"
        try:
            return self._connection.bio_read(1 << 16)
        except SSL.WantReadError:
            return b""
