"""Signing in opens nothing: a member's own passphrase does, or their recovery code, once a colleague gave them the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.staff import one_who, password
from journeys.people import examined, first_report, make_reader, open_report, set_passphrase, sign_in, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from journeys.watch import Tab
    from tools.node import Node

PHONE, DESK = 360, 1280
PASSPHRASE = "lantern-oatmeal-ferry-cobalt"
ASKED = "input[name=passphrase]"
OPENED = "form[action*='/answer/']"
WRONG = ".errors"


def test_new_reader_is_given_the_key_and_reads(tab: Callable[..., Tab], node: Node) -> None:
    """From the invitation to the first report, with every page on the way examined on a phone."""
    newcomer = sign_in(tab(javascript=True, width=PHONE), node, "coordinator.leeds")
    proposer, second = (sign_in(tab(javascript=True), node, name) for name in ("admin.leeds", "admin.peel"))
    make_reader(proposer, second, newcomer, one_who(node, "coordinator.leeds"))

    path = first_report(newcomer)
    assert open_report(newcomer, path).page.url.endswith("/en/sealing/")
    assert newcomer.is_sound()
    code = set_passphrase(newcomer, PASSPHRASE)
    assert len(code.split()) == 8
    assert newcomer.is_sound()
    newcomer.page.locator("main a.button[href]").click()
    assert newcomer.is_sound()
    assert open_report(newcomer, path).page.url.endswith("/en/sealing/")  # nobody has given them the key

    colleague = sign_in(tab(javascript=True, width=PHONE), node, "leeds support")
    unseal(colleague.go("/en/sealing/open/?next=/en/sealing/"), password(node))
    assert colleague.is_sound()
    colleague.page.locator("form[action*='/give/'] button").click()
    assert colleague.page.locator("form[action*='/give/']").count() == 0
    assert colleague.is_sound()

    assert open_report(newcomer, path).page.locator(OPENED).count() == 1
    assert newcomer.is_sound()


@pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
def test_wrong_passphrase_opens_nothing_and_the_recovery_code_does(
    tab: Callable[..., Tab],
    node: Node,
    javascript: bool,  # noqa: FBT001 pytest names it
) -> None:
    """Somebody mistypes, gets in, changes the passphrase, forgets it, and takes the paper out of the drawer."""
    reader = sign_in(
        tab(javascript=javascript, width=PHONE), node, "open-door-leeds" if javascript else "england-police"
    )
    path = first_report(reader)
    open_report(reader, path)
    assert unseal(reader, PASSPHRASE).page.locator(WRONG).count() == 1
    assert examined(reader)
    assert open_report(reader, path).page.locator(ASKED).count() == 1
    unseal(reader, password(node))
    assert open_report(reader, path).page.locator(OPENED).count() == 1

    code = set_passphrase(reader.go("/en/sealing/"), PASSPHRASE)
    reader.go("/en/sealing/").page.locator("form[action*='/close/'] button").click()
    assert examined(reader)
    open_report(reader, path)
    assert unseal(reader, password(node)).page.locator(WRONG).count() == 1  # the old one is worth nothing now
    unseal(reader, code)
    assert open_report(reader, path).page.locator(OPENED).count() == 1
