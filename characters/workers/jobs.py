"""Does a job in a worker process: a function that makes one Message of another.

A job is called with the files of the request, and its `arguments` as named arguments. Before the
first byte of the request is read, the process gives up its rights: it can't open a file or a
connection, start a program, or write into a file. So a job's module imports at its top all that the
job needs.
"""

import contextlib
import importlib
import os
import resource
import select
import sys

from characters.errors import CharacterError
from characters.workers.exchange import Message, pack, unpack

_NOBODY = 65534  # by convention, the user and group without rights


def work(module: str, seconds: float) -> None:
    """Answers the request on stdin on stdout; nothing where none comes in that time."""
    jobs = importlib.import_module(module)
    give_up_rights()
    is_readable, _, _ = select.select([sys.stdin], [], [], seconds)
    data = sys.stdin.buffer.read() if is_readable else b""
    if not data:  # nobody needed this worker, or the bot has ended
        return
    request = unpack(data)
    job = getattr(jobs, request.content["function"])
    try:
        answer = job(request.files, **request.content["arguments"])
    except CharacterError as refusal:
        answer = Message({"refused": type(refusal).__name__, **vars(refusal)})
    for part in pack(answer):
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def give_up_rights() -> None:
    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))
    if os.geteuid() == 0:  # these limits do not hold for root, who can raise them again
        with contextlib.suppress(OSError):  # a container may not allow it
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
