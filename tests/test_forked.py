"""A program in a copied process does what it does in one that Python itself started."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forked import Forked, ForkedProcess

PROGRAMS = {
    "status": "import sys; print('out'); sys.stderr.write('err'); sys.exit(3)",
    "surroundings": "import os, sys; print(__name__, sys.argv, os.getcwd(), sorted(os.environ))",
    "sentence": "import sys; sys.exit('a sentence')",
    "exception": "1 / 0",
    "end": "import atexit; atexit.register(print, 'at the end')",
    "thread": "import threading; threading.Timer(0.01, print, ['later']).start()",
    "interrupted": "raise KeyboardInterrupt",
    "killed": "import os; print('no', flush=True); os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_it_ends_and_prints_as_python_does(tmp_path: Path, name: str) -> None:
    arguments = ("-c", PROGRAMS[name], "more")
    environment = {"PATH": os.environ["PATH"], "LC_CTYPE": "C.UTF-8"}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    copy = Forked(arguments, tmp_path, environment)
    out, err = copy.communicate()
    assert (copy.returncode, out) == (done.returncode, done.stdout)
    assert err.splitlines()[-1:] == done.stderr.splitlines()[-1:]
    process = await ForkedProcess.start(arguments, tmp_path, environment)
    printed, _ = await process.communicate()
    assert process.returncode == done.returncode
    assert out.strip() in printed.decode()
