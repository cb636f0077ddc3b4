"""A program that has imported the command line, and runs commands in forks of itself: importing takes most of the time.

Each line of its input is a request: the folder, the environment, the commands, and the file for what they print. A fork
runs them one after the other as `khien` would, its standard streams being files; a line says that it has ended.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from scanner.cli import main


def serve() -> None:
    """Do what is asked for until the input ends."""
    main.application()  # imports every command
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            answer(json.loads(line))
            os._exit(0)
        print(os.waitpid(child, 0)[1], flush=True)


def answer(request: dict[str, Any]) -> None:
    """Run the commands of a request, and write down how each ended: status, standard output, standard error."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    with tempfile.TemporaryFile() as typed:
        typed.write(request["typed"].encode())
        typed.seek(0)
        os.dup2(typed.fileno(), 0)
    ended = [one(each) for each in request["commands"]]
    Path(request["answer"]).write_text(json.dumps(ended), encoding="utf-8")


def one(arguments: list[str]) -> tuple[object, str, str]:
    """Run one command."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.argv[1:] = arguments
        try:
            main.main()
        except SystemExit as end:
            status = end.code
        sys.stdout.flush()
        sys.stderr.flush()
        for each in (out, err):
            each.seek(0)
        return status, out.read().decode(), err.read().decode()


if __name__ == "__main__":
    serve()
