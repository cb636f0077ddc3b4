"""Our verdicts beside those of peers: sslyze's check of Mozilla's profiles, testssl.sh, MDN's HTTP Observatory and
csp_evaluator.

`make oracle` (`python -m tests.oracles.record`) starts the servers, looks with our probes, asks the peers, and writes
what was seen and what was said to `recorded/`. The tests judge the recorded observations by today's rules, and hold
every verdict that differs from a peer's to the table of disagreements (disagreements.py and with_*.py), which says who
is right and why; docs/oracles.md is written from it by `python -m tests.oracles.document`.

    tls_servers.py certified.py sites.py web.py           what is looked at
    sslyze_profiles.py testssl.py npm.py peers.mjs        the peers, each in a process of its own
    peers.py demands.py questions.py nothing.py           which verdict of ours answers the same as which of theirs
"""
