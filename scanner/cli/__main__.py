"""`python -m scanner.cli`: the same as `khien`."""

from scanner.cli.main import main

main()
