"""A player at the simulated Discord: one character, then everything else in any order."""

import itertools
import random
from collections.abc import Awaitable, Callable

from cogs.characters.forget_texts import FORGOTTEN
from tests.discord_server import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT, Discord
from tests.shown import Json, Shown

PORTRAIT = "portrait"  # the name of the option and of the file
SUBCOMMAND, STRING, BOOLEAN, ATTACHMENT = 1, 3, 5, 11  # the types of an option
BUTTON, MENU, TEXT, LABEL = 2, 3, 4, 18  # the types of a component
FILE = '"type": 13'  # the component of a message

# What memory keeps of a user (limits, names of keys) is bounded, by thousands of users. Of so few,
# all is there early in a long run, and each has time enough for the limits per minute.
USERS = itertools.cycle(range(10**17, 10**17 + 250))
NUMBERS = itertools.count()


class Session:
    """A user for a while: no two sessions of the same one at the same time."""

    def __init__(self, discord: Discord, chance: random.Random, portrait_url: str = "") -> None:
        """The first character has the portrait at that URL, if there is one."""
        self._discord = discord
        self._chance = chance
        self._portrait_url = portrait_url
        self._user_id = next(USERS)
        self._names: list[str] = []

    async def play(self) -> int:
        """Returns how many operations that were."""
        operations = [operation for operation, times in MIX.items() for _ in range(times)]
        self._chance.shuffle(operations)
        for operation in (Session.create, *operations, Session.forget):
            await operation(self)
        return len(operations) + 2

    async def create(self) -> None:
        options = {"name": self._new_name(), "description": "Hums when she lies. " * 20}
        if self._portrait_url and len(self._names) == 1:
            options[PORTRAIT] = self._portrait_url
        await (await self._command("character", "create", **options)).until("gchr:edit:")

    async def create_by_form(self) -> None:
        form = await (await self._command("character", "create")).until("gchr:form:")
        await (await self._submit(form, name=self._new_name(), description="")).until("gchr:edit:")

    async def look(self) -> None:
        panel = await (await self._command("character", "list")).until("gchr:open:")
        chosen = panel.values("gchr:open:")[-1]
        await self._redraw(panel, "gchr:open:", chosen)
        await panel.until("gchr:edit:")
        await self._redraw(panel, "gchr:list:")
        await panel.until("gchr:open:")

    async def show(self) -> None:
        await (await self._command("character", "show", name=self._name())).until("gchr:edit:")

    async def activate(self) -> None:
        answer = await self._command("character", "activate", name=self._name())
        await answer.until("gchr:edit:")

    async def complete(self) -> None:
        await (await self._command("character", "show", AUTOCOMPLETE, name="ana")).until("choices")

    async def edit(self) -> None:
        name = self._name()
        form = await (await self._command("character", "edit", name=name)).until("gchr:form:")
        text = f"Edited {self._chance.random()}"
        await (await self._submit(form, name=name, description=text)).until(text)

    async def delete_and_undo(self) -> None:
        deleted = await self._command("character", "delete", name=self._name())
        await self._redraw(await deleted.until("gchr:undo:"), "gchr:undo:")
        await deleted.until("gchr:edit:")

    async def delete_and_restore(self) -> None:
        deleted = await self._command("character", "delete", name=self._name())
        await deleted.until("gchr:undo:")
        trash = await (await self._command("character", "restore")).until("gchr:restore:")
        await self._redraw(trash, "gchr:restore:", trash.values("gchr:restore:")[0])
        await trash.until("gchr:edit:")

    async def export_card(self) -> None:
        card = await self._command("character", "export", name=self._name(), format="json")
        await card.until(FILE)

    async def export_all(self) -> None:
        await (await self._command("character", "export")).until("Here is your file")

    async def share(self) -> None:
        name = self._name()
        shared = await self._command("character", "show", name=name, share=True)
        await self._use(await shared.until("gchr:take-back:"), "gchr:take-back:")
        await shared.until_deleted()

    async def decide(self) -> None:
        """Lets others look, and no more."""
        answer = await self._command("character", "privacy", look="servers")
        await self._redraw(await answer.until("gchr:privacy:"), "gchr:privacy:")
        await answer.until("Nobody can look")

    async def gather(self) -> None:
        """Opens a lobby, takes a seat, and starts or closes it."""
        lobby = await (await self._command("lobby", "open")).until("gchr:lobby-join")
        await self._redraw(lobby, "gchr:lobby-join")
        await lobby.until("gchr:lobby-remove")
        looked = await (await self._use(lobby, "gchr:lobby-look")).until("gchr:lobby-see:")
        await self._redraw(looked, "gchr:lobby-see:", looked.values("gchr:lobby-see:")[0])
        if self._chance.random() < 0.5:
            await self._redraw(lobby, "gchr:lobby-start")
            await lobby.until("The session has started")
        else:
            question = await self._use(lobby, "gchr:lobby-close")
            await self._use(await question.until("gchr:lobby-close-now:"), "gchr:lobby-close-now:")
            await lobby.until("closed this lobby")

    async def forget(self) -> None:
        asked = await (await self._command("character", "forget")).until("gchr:forget:")
        form = await (await self._use(asked, "gchr:forget:")).until("word")
        await self._submit(form, asked, word="forget")
        await asked.until(FORGOTTEN)

    def _new_name(self) -> str:
        self._names.append(f"Ana {next(NUMBERS)}")
        return self._names[-1]

    def _name(self) -> str:
        return self._chance.choice(self._names)

    async def _command(
        self, group: str, command: str, kind: int = COMMAND, /, **options: str | bool
    ) -> Shown:
        given: list[Json] = []
        resolved: Json = {}
        for key, value in options.items():
            if key == PORTRAIT:
                file = {
                    "id": "1",
                    "filename": PORTRAIT,
                    "url": value,
                    "proxy_url": value,
                    "size": 9,
                }
                resolved["attachments"] = {"1": file}
                given.append({"type": ATTACHMENT, "name": key, "value": "1"})
            else:
                type_ = BOOLEAN if isinstance(value, bool) else STRING
                given.append({"type": type_, "name": key, "value": value})
        if kind == AUTOCOMPLETE:
            given[-1]["focused"] = True
        subcommand = {"type": SUBCOMMAND, "name": command, "options": given}
        data: Json = {"id": "4", "type": 1, "name": group, "options": [subcommand]}
        return await self._discord.interact(self._user_id, kind, data | {"resolved": resolved})

    async def _redraw(self, message: Shown, prefix: str, *values: str) -> None:
        """Uses what changes the message itself."""
        changes = message.changes
        await self._use(message, prefix, *values)
        await message.until_changed(changes)

    async def _use(self, message: Shown, prefix: str, *values: str) -> Shown:
        data: Json = {"custom_id": message.custom_id(prefix), "component_type": BUTTON}
        if values:
            data |= {"component_type": MENU, "values": list(values)}
        return await self._discord.interact(self._user_id, COMPONENT, data, message)

    async def _submit(self, form: Shown, message: Shown | None = None, **texts: str) -> Shown:
        fields = [
            {"type": LABEL, "component": {"type": TEXT, "custom_id": key, "value": text}}
            for key, text in texts.items()
        ]
        data = {"custom_id": form.data["custom_id"], "components": fields}
        return await self._discord.interact(self._user_id, SUBMIT, data, message)


MIX: dict[Callable[[Session], Awaitable[None]], int] = {
    Session.create_by_form: 1,
    Session.look: 3,
    Session.show: 3,
    Session.activate: 2,
    Session.complete: 2,
    Session.edit: 2,
    Session.delete_and_undo: 1,
    Session.delete_and_restore: 1,
    Session.export_card: 1,
    Session.export_all: 1,
    Session.share: 1,
    Session.decide: 1,
    Session.gather: 1,
}
