"""`commonweave found`: the first places and the first two administrators of a real network."""

from __future__ import annotations

import json
from pathlib import Path

import click

from commonweave.site import versions
from commonweave.site.cli import FailedError, progress
from commonweave.site.cli.node import database, settings, start_django

KINDS = ("city_support", "civil_society", "police", "ministry", "funder", "research", "other")
SHIPPED = ("al", "ca", "gb", "mw")


@click.group()
def command() -> None:
    """Found a real network: its places, then an administrator each in two organisations.

    After that everything happens in the pages, and whatever decides who may read reports needs both of them.
    """


@command.command()
@click.option("--country", type=click.Choice(SHIPPED), help="A country whose places come with the program.")
@click.option(
    "--file", "path", type=click.Path(exists=True, dir_okay=False), help="Places of your own, in the same form."
)
def places(country: str | None, path: str | None) -> None:
    """Add a country with its places and boundaries."""
    if (country is None) == (path is None):
        message = "Name either --country or --file."
        raise click.UsageError(message)
    config = settings("worker")
    with database(config, "found places"):
        start_django("worker")
        from commonweave.base.viewer import SYSTEM  # noqa: PLC0415 - Django is set up later
        from commonweave.places.actions import import_places  # noqa: PLC0415 - Django is set up later
        from commonweave.places.atlas import atlas  # noqa: PLC0415 - Django is set up later

        source = Path(path) if path else versions.PACKAGE / "places" / "data" / f"{country}.json"
        try:
            document = json.loads(source.read_text(encoding="utf-8"))
            codes = [place["code"] for place in document["places"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{source.name} holds no places that can be read: {error}."
            raise FailedError(message) from None
        taken = [code for code in codes if atlas().by_code(code)]
        if taken:
            message = f"These places are here already: {', '.join(taken[:5])}. Nothing was added."
            raise FailedError(message)
        with progress.step(f"Adding {len(codes):,} places"):
            import_places(SYSTEM, document, {})


@command.command()
@click.argument("email")
@click.option("--organisation", "name", required=True, help="The organisation's name; it is made when it is new.")
@click.option("--kind", type=click.Choice(KINDS), default="other", show_default=True)
@click.option("--place", "code", required=True, help="The code of the place it works in, such as gb-lds.")
def administrator(email: str, name: str, kind: str, code: str) -> None:
    """Invite a first administrator and print the link. Do it twice, for two organisations that do not depend on each other."""
    config = settings("worker")
    with database(config, "found administrator"):
        start_django("worker")
        from django.db import transaction  # noqa: PLC0415 - Django is set up later

        from commonweave.base.sorting import sort_key  # noqa: PLC0415 - Django is set up later
        from commonweave.base.text import Text  # noqa: PLC0415 - Django is set up later
        from commonweave.base.viewer import SYSTEM  # noqa: PLC0415 - Django is set up later
        from commonweave.people import actions, queries  # noqa: PLC0415 - Django is set up later
        from commonweave.people.actions.organisations import OrganisationFacts  # noqa: PLC0415 - Django is set up later
        from commonweave.places.atlas import atlas  # noqa: PLC0415 - Django is set up later

        spot = atlas().by_code(code)
        if spot is None or "@" not in email:
            message = f"There is no place {code}." if spot is None else f"{email} is no mail address."
            raise FailedError(message)
        with transaction.atomic():
            known = queries.organisations_for(SYSTEM).filter(sort_key=sort_key(name)).first()
            facts = OrganisationFacts(names=Text.of(name), kind=kind, place=spot.id)
            body = known or actions.make_organisation(SYSTEM, facts)
            link = actions.found_invitation(email=email, organisation=body.pk)
    click.echo(link)
