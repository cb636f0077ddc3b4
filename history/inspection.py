"""What an auditor asks beyond the findings: proofs, the log, bundles. Like everything that the console reads, it goes
through the doorway.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from history import bundle, log, proofs, readings
from history.access import Door
from history.bundle import Named
from history.errors import NotSeen, UnknownFile, UnknownRun
from history.proofs import Ledger, Proof


class Inspection:
    """As far as one viewer may see. Raises NotSeen for what is not there for them."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def prove_run(self, run_id: str) -> Proof:
        """That a run that has ended is what was committed, computed anew: for those who see everything."""
        self._overseeing(run_id)
        try:
            return proofs.of_run(run_id)
        except UnknownRun as error:
            raise NotSeen(run_id) from error

    def prove_finding(self, run_id: str, asset: str, control: str) -> Proof:
        """The same of a finding; to an agency of its own."""
        if not self._door.whole and asset not in {each.id for each in self._door.inventory(run_id).assets}:
            raise NotSeen(asset)
        try:
            return proofs.of_finding(run_id, asset, control)
        except UnknownRun as error:
            raise NotSeen(run_id) from error

    def prove_file(self, sequence: int) -> Proof:
        """The same of a file that was issued, signed or sent."""
        if not self._door.whole:
            self._door.file(sequence)
        try:
            return proofs.of_file(sequence)
        except UnknownFile as error:
            raise NotSeen(str(sequence)) from error

    def ledger(self) -> Ledger:
        """The log as it is, computed anew, and all that was signed of it: for those who see everything. Raises
        Damaged."""
        self._overseeing("log")
        return proofs.ledger()

    def place(self, run_id: str) -> int:
        """The place in the log of the leaf of a run that has ended. Raises Damaged where it has none."""
        return log.index_of(self._door.run(run_id).id)

    def finished(self, since: datetime, until: datetime) -> list[str]:
        """The runs, scans and rechecks, that began from one moment on and were finished by another, oldest first: for
        those who see everything."""
        self._overseeing("runs")
        return [each.id for each in readings.finished_runs(since, until)][::-1]

    def bundle(self, runs: Collection[str], agencies: Collection[str] = ()) -> Iterator[Named]:
        """The files of a bundle with runs that have ended, of all or of some agencies: for those who see everything,
        since it has the inventory of all. Raises Damaged."""
        for each in runs:
            self._overseeing(each)
            if self._door.run(each).state == "open":
                raise NotSeen(each)
        return bundle.files(runs, agencies)

    def _overseeing(self, what: str) -> None:
        if not self._door.whole:
            raise NotSeen(what)
