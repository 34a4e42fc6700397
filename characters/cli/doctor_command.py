"""`doctor`: what someone who helps you would ask."""

from dataclasses import asdict

from characters.cli.console import Json, Terminal, counted


def doctor_command(*, as_json: Json = False) -> int:
    """Shows versions, settings, store, assets, Discord and names, and what to do where it is wrong.

    Show its output to whoever helps you: it holds no password and no token. It looks at this
    computer and its servers, and not at characters: for those there is `check`. Exit status 1 where
    something is wrong.
    """
    from characters.doctor.diagnosis import diagnosis  # noqa: PLC0415 - aiohttp takes long

    terminal = Terminal(as_json=as_json)
    facts = terminal.wait(diagnosis)
    rows = [(each.subject, each.name, each.value) for each in facts]
    terminal.table(("subject", "what", "value"), rows)
    wrong = [each for each in facts if each.advice]
    lines = [f"{each.subject}, {each.name}: {each.value}. {each.advice}" for each in wrong]
    terminal.result(
        {"facts": [asdict(each) for each in facts], "wrong": len(wrong)},
        *lines or ["All is well."],
    )
    if wrong:
        terminal.note(f"{counted(len(wrong), 'thing')} to correct.")
    return 1 if wrong else 0
