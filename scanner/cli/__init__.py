"""`khien`: the command line. It wires the rooms together and decides nothing itself."""
