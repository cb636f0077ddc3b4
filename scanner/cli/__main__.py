"""`python -m scanner.cli`: the same as `khien`."""

from scanner.cli.main import main

if __name__ == "__main__":  # a process that renders reports takes this module over under another name
    main()
