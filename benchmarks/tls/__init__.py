"""What looking at TLS costs: Khiên and its peers on the same servers, in the same run.

`python -m benchmarks.tls` measures everything in short; `python -m benchmarks.tls PART --full` one part in full.
Everything stands on loopback, or in a network namespace of its own that no packet leaves.
"""
