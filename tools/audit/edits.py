"""Two people change the same thing at the same moment: what was acknowledged is there, or its loser was told."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import resident, staff
from commonweave.sharing.envelopes import receipt_keys
from commonweave.site.config import load_config
from commonweave.site.postgres import connect
from tools.audit.parts import AuditError, Found, Part
from tools.audit.submitting import open_receipt
from tools.node import running_small_node
from tools.visitor import REDIRECTS, Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

    from bench.resident import Way
    from tools.audit.parts import Round
    from tools.node import Node
    from tools.visitor import Answer, Form

EDITS = 1_000
ROUNDS = 10
IN_REPORTS = 0.25  # how often they turn to a report
TURNS = 6  # saves by both of one page, each of what the last one left
ADMINISTRATORS = ("admin.leeds", "admin.northern-bridges")
CLASH = "Somebody else has changed this meanwhile."
READER = "reader.leeds-support"
OK = 200
ID = r"[0-9a-f-]{36}"


@dataclass(frozen=True)
class Sheet:
    """One page that edits: its address, and the fields that take any words, with how to make new ones."""

    path: str
    fields: Mapping[str, Callable[[random.Random], str]]


def _number(luck: random.Random) -> str:
    return str(luck.randint(1, 30))


def _telephone(luck: random.Random) -> str:
    return f"+44 {luck.randint(10**8, 10**9)}"


def _words(luck: random.Random) -> str:
    return f"Words {luck.randint(0, 10**9)}"


def _address(luck: random.Random) -> str:
    return f"https://example.org/{luck.randint(0, 10**9)}"


async def sheets(admin: Visitor) -> list[Sheet]:
    """Return pages that edit a few places, services and organisations."""
    found: list[Sheet] = []
    places = re.findall(rf"/en/manage/places/{ID}/", (await admin.get("/en/manage/places/?q=leeds")).text)
    for path in list(dict.fromkeys(places))[:2]:
        days = dict.fromkeys(("acknowledge_days", "answer_days", "pass_on_days"), _number)
        found += [
            Sheet(f"{path}times/", days),
            Sheet(f"{path}look/", {"public_name_en": _words, "public_name_fr": _words}),
        ]
    services = re.findall(rf"/en/manage/services/{ID}/", (await admin.get("/en/manage/services/?at=gb")).text)
    facts = {"telephone": _telephone, "url": _address, "about_en": _words, "hours_en": _words}
    found += [Sheet(path, facts) for path in list(dict.fromkeys(services))[:4]]
    bodies = re.findall(rf"/en/manage/organisations/{ID}/", (await admin.get("/en/manage/organisations/")).text)
    about = {"website": _address, "telephone": _telephone, "about": _words}
    found += [Sheet(f"{path}change/", about) for path in list(dict.fromkeys(bodies))[:4]]
    if len({sheet.path.split("/")[3] for sheet in found}) < 3:  # noqa: PLR2004 places, services, organisations
        message = f"Too few pages that edit were found: {[sheet.path for sheet in found]}"
        raise AuditError(message)
    return found


def _form(page: Answer) -> Form:
    return next(form for form in page.forms if "seen" in form.names)


def _value(page: Answer, field: str) -> str:
    return dict(_form(page).values).get(field, "")


@dataclass(frozen=True)
class Both:
    """Two people who have the same page open, and save at once; the first opened it, or still has it open."""

    sheet: Sheet
    people: tuple[Visitor, Visitor]
    page: Answer

    async def save(self, luck: random.Random) -> tuple[int, int, Answer]:
        """Return how many saves were acknowledged, how many clashed, and the page as it is now."""
        path, pages = self.sheet.path, (self.page, await self.people[1].get(self.sheet.path))
        fields = [luck.choice(sorted(self.sheet.fields)) for _ in pages]
        typed = [self.sheet.fields[field](luck) for field in fields]
        saving = [
            visitor.hand_in(_form(page), **{field: words})
            for visitor, page, field, words in zip(self.people, pages, fields, typed, strict=True)
        ]
        saved = [_is_saved(answer, path) for answer in await _in_some_order(saving, luck)]
        unchanged = [_value(page, field) == words for page, field, words in zip(pages, fields, typed, strict=True)]
        if not any(saved):
            message = f"{path}: both saves of {fields} were refused."
            raise AuditError(message)
        if all(saved) and not any(unchanged) and (fields[0], typed[0]) != (fields[1], typed[1]):
            message = (
                f"{path}: {list(zip(fields, typed, strict=True))} were saved over each other, and nobody was told."
            )
            raise AuditError(message)
        now = await self.people[0].get(path)
        for field, words, done in zip(fields, typed, saved, strict=True):
            if done and _value(now, field) != words and not all(saved):
                message = f"{path}: {field} was acknowledged as {words!r} and is {_value(now, field)!r}"
                raise AuditError(message)
        return sum(saved), len(saved) - sum(saved), now


def _is_saved(answer: Answer, path: str) -> bool:
    if answer.status in REDIRECTS:
        return True
    if answer.status == OK and CLASH in answer.text:
        return False
    message = f"{path} was neither saved nor refused for a clash ({answer.status}): {answer.text[:3000]}"
    raise AuditError(message)


async def _in_some_order(work: Sequence[Awaitable[Answer]], luck: random.Random) -> list[Answer]:
    """Do both at once, or one shortly after the other."""

    async def later(each: Awaitable[Answer], seconds: float) -> Answer:
        await asyncio.sleep(seconds)
        return await each

    return list(await asyncio.gather(*(later(each, luck.choice((0, 0, 0.01, 0.05))) for each in work)))


class Desk:
    """Two members of one team, each unsealed, and a town whose reports they get."""

    def __init__(self, node: Node, way: Way, members: tuple[Visitor, Visitor]) -> None:
        """Keep who they are."""
        self.node, self.way, self.members = node, way, members

    async def around_a_report(self, visitor: Visitor, luck: random.Random) -> tuple[int, int]:
        """Let both members and the resident act on one report at once; return what was acknowledged, what refused."""
        receipt, path = await self.reported(visitor)
        pages = [await self._opened(member, path) for member in self.members]
        thread = await open_receipt(visitor, receipt)
        deeds = [luck.choice(("answer", "close")) for _ in self.members]
        words = [f"Said by {number} {luck.randint(0, 10**12)}" for number in range(3)]
        acts = [
            member.send(
                _ending(page, f"/{deed}/"), text=text, **({"outcome": "advice_given"} if deed == "close" else {})
            )
            for member, page, deed, text in zip(self.members, pages, deeds, words, strict=False)
        ]
        adding = next(form for form in thread.forms if any("text" in name for name in form.names))
        name = next(name for name in adding.names if "text" in name)
        acts.append(visitor.send(adding, **{name: words[2], "do": "add"}))
        answers = await _in_some_order(acts, luck)
        done = [
            text not in answer.text and answer.status == OK for answer, text in zip(answers[:2], words, strict=False)
        ]
        now = await open_receipt(visitor, receipt)
        done.append(words[2] in answers[2].text and answers[2].status == OK)
        for text, acknowledged, deed in zip(words, done, (*deeds, "add"), strict=True):
            if acknowledged and text not in now.text:
                message = f"{deed} of {text!r} was acknowledged and is not in the thread ({deeds})."
                raise AuditError(message)
            if not acknowledged and text in now.text:
                message = f"{deed} of {text!r} was refused, and yet is in the thread ({deeds})."
                raise AuditError(message)
        if not any(done):
            message = f"Nobody got anything done: {[answer.status for answer in answers]}"
            raise AuditError(message)
        return sum(done), len(done) - sum(done)

    async def reported(self, visitor: Visitor) -> tuple[str, str]:
        """Send a report; return its receipt, and where the team reads it."""
        shot = (await resident.prepare(self.node.port, [self.way], 1))[0]
        receipt = resident.receipt_in(await visitor.ask("POST", shot.path, shot.body))
        if receipt is None:
            message = "A report was not accepted."
            raise AuditError(message)
        return receipt, f"/en/queue/{self._pk(receipt)}/"

    def _pk(self, receipt: str) -> str:
        with connect(load_config(self.node.env)) as admin:
            locator = receipt_keys(receipt[:28]).locator
            found = admin.execute("select id from reports_report where locator = %s", [locator]).fetchone()
        if found is None:
            message = "An acknowledged report is not there."
            raise AuditError(message)
        return str(found[0])

    async def _opened(self, member: Visitor, path: str) -> Answer:
        page = await member.send(_ending(await member.get(path), "/open/"))
        if not staff.is_opened(page):
            message = f"{path} does not open: {page.status} {page.path}"
            raise AuditError(message)
        return page


def _ending(page: Answer, words: str) -> Form:
    return next(form for form in page.forms if form.action.endswith(words))


@dataclass(frozen=True)
class People:
    """Everybody who edits, signed in once for all rounds, and what they edit."""

    admins: tuple[Visitor, Visitor]
    members: tuple[Visitor, Visitor]
    resident: Visitor
    desk: Desk
    sheets: list[Sheet]

    async def edit(self, luck: random.Random, edits: int) -> dict[str, int]:
        """Let them change things until there were so many edits; count what was acknowledged, refused, and where."""
        counts: Counter[str] = Counter()
        while counts["edits"] < edits:
            if luck.random() < IN_REPORTS:
                done = await self.desk.around_a_report(self.resident, luck)
                counts += _counted("reports", *done)
                continue
            sheet = luck.choice(self.sheets)
            page = await self.admins[0].get(sheet.path)
            for _turn in range(luck.randint(1, TURNS)):
                saved, refused, page = await Both(sheet, self.admins, page).save(luck)
                counts += _counted(sheet.path.split("/")[3], saved, refused)
        return dict(counts)


def _counted(what: str, saved: int, refused: int) -> Counter[str]:
    here = saved + refused
    return Counter({"edits": here, "done": saved, "refused and told": refused, f"edits of {what}": here})


@contextlib.asynccontextmanager
async def people(node: Node) -> AsyncIterator[People]:
    """Sign everybody in (a reader twice: two windows are two people); close their windows at the end."""
    async with contextlib.AsyncExitStack() as windows:

        async def signed_in(name: str) -> Visitor:
            return await windows.enter_async_context(await staff.sign_in(node, staff.one_who(node, name)))

        resident = await windows.enter_async_context(Visitor(node.port))
        admins = await signed_in(ADMINISTRATORS[0]), await signed_in(ADMINISTRATORS[1])
        members = await signed_in(READER), await signed_in(READER)
        for member in members:
            await staff.unseal(member, staff.password(node))
        desk = await _desk(node, members, resident)
        yield People(admins, members, resident, desk, await sheets(admins[0]))


async def _desk(node: Node, members: tuple[Visitor, Visitor], visitor: Visitor) -> Desk:
    """Find the town whose reports these members get."""
    ways, _steps = await resident.find_ways(node.port)
    for way in ways:
        desk = Desk(node, way, members)
        if (await members[0].get((await desk.reported(visitor))[1])).status == OK:
            return desk
    message = f"No town's reports reach {READER}."
    raise AuditError(message)


@contextlib.contextmanager
def prepare() -> Iterator[Round]:
    """Run one node with its several processes for all rounds."""
    with running_small_node() as node, asyncio.Runner() as runner:  # one for all rounds: connections belong to it
        windows = people(node)
        everybody = runner.run(windows.__aenter__())

        def one_round(number: int) -> Found:
            return Found(runner.run(everybody.edit(random.Random(number), EDITS)))

        try:
            yield one_round
        finally:
            runner.run(windows.__aexit__(None, None, None))


PART = Part(
    "edits", "two people change the same thing at once: nothing that was saved is lost in silence", ROUNDS, prepare
)
