"""Every verdict of ours that differs from a peer's: who is right, and why. The tests hold this table complete and
without an entry too many; docs/oracles.md is written from it."""

from tests.oracles.disagreement import Disagreement
from tests.oracles.with_csp_evaluator import OF_EVALUATOR
from tests.oracles.with_observatory import OF_OBSERVATORY
from tests.oracles.with_tls_tools import OF_SSLYZE, OF_TESTSSL

DISAGREEMENTS: tuple[Disagreement, ...] = (*OF_SSLYZE, *OF_TESTSSL, *OF_OBSERVATORY, *OF_EVALUATOR)
