"""docs/oracles.md, written from the recordings and the table of disagreements: python -m tests.oracles.document"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.oracles.disagreement import Right
from tests.oracles.disagreements import DISAGREEMENTS
from tests.oracles.peers import PEERS, UNASKED, Peer
from tests.oracles.questions import compared
from tests.oracles.recording import Recording, read

DOCUMENT = Path(__file__).parents[2] / "docs" / "oracles.md"

HEAD = """\
# Verdicts beside those of other tools

What we judge, against what other tools that people trust say of the same servers. `make oracle` starts the servers,
looks at them with our probes, asks the tools, and records what was seen and said (`tests/oracles/recorded/`); it needs
Debian's testssl.sh, Node.js 20 with npm, and fifteen to twenty-five minutes. The test suite judges the recorded
observations by the rules of the day, and fails where a verdict differs from a tool's without an entry below, where it
is for another reason than the entry's, or where an entry no longer holds. This page is written by
`python -m tests.oracles.document` from `tests/oracles/disagreements.py`.

| tool | recorded | asked about | questions | answers compared | the same | different |
|---|---|---|---|---|---|---|
{table}

- **sslyze**: its own check of Mozilla's profiles, guideline 5.7, on every server of the TLS lab
  (`tests/lab/catalogue.py`) and on servers whose certificates have a fault each (`tests/oracles/certified.py`); our
  policies are of guideline 6.0. Of {silent} servers it cannot tell: its scan did not finish there.
- **testssl.sh**: severity LOW and above is a fail, OK and INFO a pass; where it warns that it could not test, it says
  nothing.
- **MDN's HTTP Observatory**: its ten tests, called on recorded answers of {sites} web sites (`tests/oracles/sites.py`);
  none of its own requests.
- **csp_evaluator**: its findings of high and medium severity, on the sites with exactly one policy.

Where nothing of the kind is there (`not applicable`), a tool's pass counts as the same; that nothing is there is read
from what was recorded, without our rules (`tests/oracles/nothing.py`). *Found* is what the one finds that fails a
server, or why we do not judge it: an entry holds for nothing else that is found there. *Both* in the column "right"
means that each answers what it asks: the demands differ, or one tells elsewhere what the other tells here.

{rights}

## What is not compared

No question is about these findings:

{unasked}

To these questions each of the two had one answer only, pass or fail, whatever the server, so that their agreement says
less: {one_sided}.
"""

RIGHTS: dict[Right, str] = {"ours": "ours", "theirs": "**the tool**", "both": "both"}
RECORDED: dict[Peer, str] = {
    "sslyze": "tls",
    "testssl.sh": "tls",
    "HTTP Observatory": "sites",
    "csp_evaluator": "sites",
}
VERSIONS: dict[Peer, str] = {"HTTP Observatory": "@mdn/mdn-http-observatory"}


def text() -> str:
    """The whole page."""
    recordings = {name: read(name) for name in ("tls", "sites")}
    silent = sum("incomplete" in case["sslyze"] for case in recordings["tls"].cases.values())
    head = HEAD.format(
        table="\n".join(_row(peer, recordings[RECORDED[peer]]) for peer in PEERS),
        silent=silent,
        sites=len(recordings["sites"].cases),
        rights=_rights(),
        unasked="\n".join(f"- {peer}: `{name}`: {why}" for peer in PEERS for name, why in UNASKED[peer].items()),
        one_sided="; ".join(f"{peer}: {', '.join(found)}" for peer in PEERS if (found := _one_sided(peer))),
    )
    return head + "".join("\n".join(_part(peer)) for peer in PEERS)


def _row(peer: Peer, recording: Recording) -> str:
    own = [each for each in compared() if each.question.peer == peer]
    same = sum(each.agree for each in own)
    version = recording.versions[VERSIONS.get(peer, peer)]
    numbers = (len({each.case for each in own}), len({each.question.id for each in own}), len(own))
    counted = " | ".join(str(each) for each in (*numbers, same, len(own) - same))
    return f"| {peer} {version} | {recording.day} | {counted} |"


def _one_sided(peer: Peer) -> list[str]:
    """The questions that tell nothing apart: nobody ever failed a server, or nobody ever passed one."""
    verdicts: dict[str, set[str]] = {}
    for each in compared():
        if each.question.peer == peer:
            verdicts.setdefault(each.question.id, set()).update({each.ours, each.theirs} & {"pass", "fail"})
    return [question for question, found in verdicts.items() if len(found) == 1]


def _rights() -> str:
    counts: Counter[Right] = Counter()
    for each in DISAGREEMENTS:
        counts[each.right] += len(each.cases) * len(each.questions)
    total = sum(counts.values())
    return (
        f"Of the {total} different answers ours is right in {counts['ours']} and the tool in {counts['theirs']}; in"
        f" {counts['both']} the demands differ."
    )


def _part(peer: Peer) -> Iterator[str]:
    yield f"\n## {peer}\n"
    yield "| question | cases | ours | theirs | found | right | why | decided by |"
    yield "|---|---|---|---|---|---|---|---|"
    for each in DISAGREEMENTS:
        if each.peer == peer:
            cells = (
                ", ".join(each.questions),
                ", ".join(f"`{case}`" for case in each.cases),
                each.ours.replace("_", " "),
                each.theirs,
                ", ".join(f"`{one}`" for one in each.because),
                RIGHTS[each.right],
                each.why.replace("|", r"\|"),
                each.source,
            )
            yield f"| {' | '.join(cells)} |"
    yield ""


if __name__ == "__main__":
    DOCUMENT.write_text(text())
