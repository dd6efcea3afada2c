"""A small network that makes keys as the product does, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commonweave.base.tests.roles import as_viewer
from commonweave.people import actions, queries
from commonweave.people.coverage import book
from commonweave.people.locks import CHEAPEST
from commonweave.people.models import HeldKey, OrganisationKey, Person, Proposal, Role
from commonweave.people.queries import keys
from commonweave.people.tests import factories as make
from commonweave.places.atlas import expire

if TYPE_CHECKING:
    from nacl.public import PrivateKey

    from commonweave.people.queries.keys import IntakeKey, Ring

PASSPHRASE = "five words that do not belong"


class Network:
    """A city whose team has two readers, a charity whose administrator can agree; no key anywhere yet."""

    def __init__(self) -> None:
        self.city = make.make_organisation("city_support", "City office")
        self.charity = make.make_organisation("civil_society", "Charity")
        self.team = make.make_team(self.city)
        self.place = make.some_place()
        make.make_coverage(self.team, self.place)
        self.ada = make.make_member(Role.ADMINISTRATOR, self.city, name="Ada")
        self.ben = make.make_member(Role.ADMINISTRATOR, self.charity, name="Ben")
        self.rita = make.make_member(Role.READER, team=self.team, name="Rita")
        self.carl = make.make_member(Role.READER, team=self.team, name="Carl")
        self.private: dict[Person, PrivateKey] = {}

    def own(self, *people: Person) -> str:
        """Let people set their passphrase; return the last one's recovery code."""
        code = ""
        for person in people:
            viewer = make.viewer_of(person)
            with as_viewer(viewer):
                self.private[person], code = actions.make_own_key(viewer, passphrase=PASSPHRASE, cost=CHEAPEST)
        return code

    def propose(self, person: Person) -> Proposal:
        viewer = make.viewer_of(person)
        with as_viewer(viewer):
            return actions.propose_key(viewer, self.city.pk, reason="We start")

    def agree(self, proposal: Proposal, who: Person | None = None) -> OrganisationKey:
        viewer = make.viewer_of(who or self.ben)
        with as_viewer(viewer):
            actions.approve_proposal(viewer, proposal.pk, reason="She read me its fingerprint")
        return OrganisationKey.objects.get(pk=proposal.payload["key"])

    def give(self, key: OrganisationKey, giver: Person, to: Person) -> HeldKey:
        viewer = make.viewer_of(giver)
        with as_viewer(viewer):
            return actions.give_key(viewer, key.pk, to=to.pk, ring=self.ring(giver))

    def ring(self, person: Person) -> Ring:
        viewer = make.viewer_of(person)
        with as_viewer(viewer):
            return keys.ring_of(viewer, self.private[person])

    def ready(self) -> OrganisationKey:
        """Return the city's key, agreed to and held by Rita."""
        self.own(self.rita)
        return self.agree(self.propose(self.rita))

    def taken(self) -> IntakeKey | None:
        """Return the key that reports for the city are sealed to, as a page that routes one sees it."""
        with as_viewer(make.viewer_of(self.carl)):
            return keys.intake_keys().get(self.city.pk)

    def covers(self) -> bool:
        expire()
        return any(cover.team == self.team.pk for cover in book().at([self.place.pk], queries.today()))
