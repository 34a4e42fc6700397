"""Imports what programs of this project import, and runs each as a copy of itself.

`python -m tests.fork_server SOCKET` reads requests from this file descriptor. A request is a JSON
object: `arguments` as for Python (-c, -m or a path, also -W before them), `folder` and
`environment`. With it come three open files: standard output and error of the program, and one for
its process id and, when it has ended, its exit status. The server ends with the socket.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
import warnings
from importlib import import_module
from typing import Any

# Among them are nearly all libraries; what is missing is imported by the program.
MODULES = ("bot", "characters.cli.commands", "characters.cli.doctor_command", "cogs.lobby.cog")


def main() -> None:
    for module in (*MODULES, "playground"):
        import_module(module)
    gc.freeze()  # a collection in a copy would copy all of the memory
    become(*next_request(socket.socket(fileno=int(sys.argv[1]))))


def next_request(requests: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """A request and its standard output and error. Returns in a new process for each of them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nothing is left of the copies that end
    while True:
        text, files, *_ = socket.recv_fds(requests, 2**20, 3)
        if not text:
            sys.exit()
        if os.fork() == 0:
            break
        for file in files:
            os.close(file)
    requests.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *outputs, status = files
    if program := os.fork():
        os.write(status, f"{program}\n".encode())
        _, ended = os.waitpid(program, 0)
        os.write(status, f"{os.waitstatus_to_exitcode(ended)}\n".encode())
        os._exit(0)
    os.close(status)
    return json.loads(text), outputs


def become(request: dict[str, Any], outputs: list[int]) -> None:
    """Runs the program; the process ends with it, as with one that was started on its own."""
    for number, file in enumerate(outputs, start=1):
        os.dup2(file, number)
        os.close(file)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    match request["arguments"]:
        case ["-W", action, *arguments]:
            warnings.simplefilter(action)
        case arguments:
            pass
    match arguments:
        case ["-c", program, *rest]:
            sys.argv, sys.path[0] = ["-c", *rest], ""
            exec(program, {"__name__": "__main__"})  # noqa: S102 - of a test
        case ["-m", module, *rest]:
            sys.argv, sys.path[0] = [module, *rest], request["folder"]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case [path, *rest]:
            sys.argv, sys.path[0] = [path, *rest], os.path.dirname(path)  # noqa: PTH120 - a text
            runpy.run_path(path, run_name="__main__")


if __name__ == "__main__":
    main()
