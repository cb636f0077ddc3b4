"""Everything that is asked of one endpoint, in its order: the first contact, versions and suites, then the details."""

import os
from dataclasses import replace

from checks.model.target import TlsTarget
from scanner.probes.names import USER_AGENT
from scanner.probes.tls.certificates import Certificates
from scanner.probes.tls.contact import Contact, Failed
from scanner.probes.tls.details import Details
from scanner.probes.tls.enumeration import Entropy, Enumeration
from scanner.probes.tls.look import Strand, StrandLook, Together
from scanner.probes.tls.notes import Notes
from scanner.probes.tls.reply import Accepted, Doubt, Picked, Reply
from scanner.probes.tls.wanted import Wanted


class Examination:
    """One endpoint under examination: `look` is what a driver runs, `notes` and `failed` what came of it."""

    def __init__(
        self, target: TlsTarget, at_once: int, entropy: Entropy = os.urandom, user_agent: str = USER_AGENT
    ) -> None:
        """`at_once`: connections of this look that may be open together; `user_agent`: who makes its requests."""
        self.target = target
        self.notes = Notes()
        self.wanted = Wanted(target.needs)
        self._enumeration = Enumeration(target, self.notes, self.wanted, entropy, user_agent)
        self._contact: Contact | None = None
        self.look = StrandLook(target.address, target.port, at_once, self._main)

    @property
    def failed(self) -> Failed | None:
        """Why nothing can be said of the endpoint, if so."""
        return self._contact.failed if self._contact else None

    def _main(self, look: StrandLook) -> Strand:
        enumeration = self._enumeration
        self._contact = contact = Contact(look, enumeration)
        certificates = Certificates(enumeration, self.notes, self.wanted)
        yield from contact.run(certificates.opening())
        if contact.failed is not None:
            return
        details = Details(enumeration, self.notes, self.wanted)
        versions = [enumeration.tls13(), enumeration.older(), enumeration.ssl2()]
        yield Together([self._tls12(details), *certificates.early(), *versions])
        more = details.strands(contact.greased(), tolerated=contact.first_tolerated)
        yield Together([*certificates.strands(), *more])
        yield from details.compression()
        yield from details.application()
        yield Together(list(details.last()))
        yield from self._confirm(look)
        if look.unsteady:
            self.notes.take_back(Doubt("reset", "the server cuts connections at random"), every=False)

    def _confirm(self, look: StrandLook) -> Strand:
        """A limiter may answer everything with an alert from some connection on: the last word must be a yes."""
        reply: Reply | None = look.stopped
        if look.refused_last and look.stopped is None and look.control is not None:
            reply = yield replace(look.control, firm=True)
        if look.refused_last and not isinstance(reply, Picked | Accepted):
            doubt = look.stopped or Doubt("tls_failed", "the server came to refuse what it had answered")
            self.notes.take_back(doubt, every=True)

    def _tls12(self, details: Details) -> Strand:
        """The longest line of questions, with what need not wait for its end."""
        yield from self._enumeration.opening("tls1_2")
        yield Together([self._enumeration.suites("tls1_2"), *details.early()])
