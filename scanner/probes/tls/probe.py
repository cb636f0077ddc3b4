"""The TLS probe on sslyze: each endpoint is looked at in a worker process that is ended at an absolute deadline."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import ClassVar

from checks.model.canonical import canonical
from checks.model.evidence import Observation, ProbeFailure, load_observation
from checks.model.target import Target, TlsTarget
from scanner.probes.interface import Probe, ProbeContext, ProbeError, Seen
from scanner.probes.tls.pool import COMMAND, Pool
from scanner.probes.tls.worker import Request


class TlsProbe(Probe):
    """Protocols, suites, groups, certificates, known vulnerabilities and features of TLS endpoints.

    May be used from several threads at once; no more than `workers` looks are then under way.
    """

    kind: ClassVar[type] = TlsTarget

    def __init__(self, context: ProbeContext, workers: int = 2, command: Sequence[str] = COMMAND) -> None:
        super().__init__(context)
        self._pool = Pool(workers, command)

    def tools(self) -> Mapping[str, str]:
        """sslyze, and the OpenSSL wrapper that it brings."""
        return {"nassl": version("nassl"), "sslyze": version("sslyze")}

    def worker_pids(self) -> tuple[int, ...]:
        """Process numbers of the workers alive, for a watcher that ends them all in an emergency."""
        return self._pool.pids()

    def close(self) -> None:
        """End every worker; looks under way end as tool_failed."""
        self._pool.close()

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        return {target.key: self._seen(target) for target in batch if isinstance(target, TlsTarget)}

    def _seen(self, target: TlsTarget) -> Seen:
        try:
            return self._asked(target)
        except ProbeError as error:  # one endpoint's failure is not its neighbour's
            return Seen(ProbeFailure(error.reason, error.detail))

    def _asked(self, target: TlsTarget) -> Seen:
        limits = self.context.limits
        reply = self._pool.ask(
            Request(
                target=target,
                seconds=limits.tls_seconds,
                connect_seconds=limits.connect_seconds,
                per_address=limits.per_address,
                user_agent=self.context.user_agent,
            )
        )
        connections = reply.get("connections")
        if type(connections) is not int or connections < 0:
            raise ProbeError("tool_failed", "the worker's reply makes no sense")
        return Seen(_observation(reply.get("observation")), connections)


def _observation(value: object) -> Observation:
    """The observation in a reply. Raises ProbeError for anything that is not one of TLS."""
    try:
        found = load_observation(canonical(value))
    except (ValueError, TypeError, AttributeError) as error:
        raise ProbeError("tool_failed", "the worker's reply makes no sense") from error
    if found.kind not in ("tls", "failure"):
        raise ProbeError("tool_failed", "the worker's reply makes no sense")
    return found
