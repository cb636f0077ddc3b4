"""What a look asks for: everything, or only what a policy's rules read (`checks.model.needs`)."""

from checks.model.evidence import Protocol
from checks.model.needs import TlsNeeds
from checks.tls import iana
from scanner.probes.tls.offers import GROUPS, codes_of, group_codes_of, suites_of

_SSL2 = {name: code for code, name in iana.SSL2_SUITES.items()}


class Wanted:
    """The needs of a look, in code points; without needs everything is wanted."""

    def __init__(self, needs: TlsNeeds | None) -> None:
        self.needs = needs
        self.certificates = needs is None or needs.certificates
        self.dh_bits = needs is None or needs.dh_bits
        self.alpn = needs is None or needs.alpn

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.needs is None

    def version(self, version: Protocol) -> bool:
        """Whether it must be known if a version is supported."""
        return self.needs is None or version in self.needs.protocols or version in self.needs.suites

    def suites(self, version: Protocol) -> tuple[int, ...]:
        """Suites of a version that must be known to be accepted or refused, the commonest first."""
        if self.needs is None:
            return suites_of(version)
        names = self.needs.suites.get(version, ())
        chosen = {_SSL2[name] for name in names if name in _SSL2} if version == "ssl2" else codes_of(names)
        return tuple(code for code in suites_of(version) if code in chosen)

    @property
    def groups(self) -> tuple[int, ...]:
        """Groups that must be known to be accepted or refused."""
        if self.needs is None:
            return GROUPS
        chosen = group_codes_of(self.needs.groups)
        return tuple(code for code in GROUPS if code in chosen)

    def preference(self, version: Protocol) -> bool:
        """Whether a version's order of suites matters."""
        return self.needs is None or version in self.needs.server_preference

    def feature(self, name: str) -> bool:
        """Whether a feature matters."""
        return self.needs is None or name in self.needs.features

    def vulnerability(self, name: str) -> bool:
        """Whether a vulnerability matters."""
        return self.needs is None or name in self.needs.vulnerabilities
