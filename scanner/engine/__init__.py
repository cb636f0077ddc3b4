"""Where looking is done: on this machine, or on nodes elsewhere. One interface, one file an engine."""
