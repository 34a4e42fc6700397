"""What the operator reads where a command could not do its work."""

from typing import NoReturn

import pytest

from characters.cli.console import Terminal, exit_status
from characters.errors import ScanInterrupted, StorageUnavailable


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ScanInterrupted,
            (
                "The servers of the store were restarted or replaced again and again while the "
                "users were read: wait until they run steadily, and run the same command again.\n"
            ),
        ),
        (
            StorageUnavailable,
            "The store stopped answering: start it again, and run the same command again.\n",
        ),
    ],
)
def test_a_store_that_fails_during_a_command_is_one_sentence(
    error: type[StorageUnavailable], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> NoReturn:
        raise error

    assert exit_status(command, as_json=False) == 1
    assert capsys.readouterr().err == sentence


def test_texts_of_other_programs_do_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "\x1b[31mred \ud800 \x9b0m é\n[bold]"
    terminal = Terminal(as_json=False)
    terminal.table(["what"], [[text]])
    terminal.result({}, text)
    terminal.note(text)
    said = capsys.readouterr()
    for out in (said.out, said.err):
        assert "\\x1b[31mred \\ud800 \\x9b0m é" in out
        assert "[bold]" in out
        assert all(each.isprintable() or each == "\n" for each in out)
