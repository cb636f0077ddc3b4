"""A program that records until it is killed: its argument is the database.

It says "run ID" once and then the key of each look when the recorder has returned, so that whoever reads it knows what
must not be lost.
"""

import sys
from itertools import count

import history
from checks.model.evidence import DnsObservation
from checks.model.target import DnsTarget
from history.lock import scan_lock
from tests.history.samples import evidence, open_run


def main() -> None:
    recorder = history.open_recorder(sys.argv[1])
    with scan_lock():
        run = open_run(recorder, plan=[])
        print("run", run, flush=True)
        for number in count():
            target = DnsTarget(f"a{number}.example")
            recorder.record(run, evidence(target, DnsObservation((f"127.0.{number // 250}.{number % 250}",))))
            print(target.key, flush=True)


if __name__ == "__main__":
    main()
