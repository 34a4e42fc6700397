"""Two hostile files at once stop neither the bot nor the machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak import trials
from tests.transfer.formats.worst_files import WORST

FEW = ["a half symbol among objects", "many equal members"]


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_two_imports_of_a_hostile_file_take_less_than_200_mib_and_never_stop_the_loop() -> None:
    for name in trials(FEW, sorted(WORST)):
        measured = subprocess.run(
            [sys.executable, "-m", "tests.transfer.two_imports", name],
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
        ).stdout
        figures = json.loads(measured)
        assert figures["memory_mib"] < 200, name
        # Other tests take processors, and what these had remembered.
        assert figures["stop_ms"] <= trials(500, 50), name
