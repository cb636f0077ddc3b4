"""JUDGE: pure functions from evidence and policy to findings. No I/O, no clock, nothing of the other rooms."""
