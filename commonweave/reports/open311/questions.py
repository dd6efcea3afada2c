"""What can be handed in: the kinds of a report as the standard's services, with the questions that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commonweave.reports.forms import KIND_HINTS, KIND_WORDS, RECIPIENT_WORDS, WhoForm
from commonweave.reports.models import ReportKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commonweave.reports.routing import Reach

TELL = (
    "The answer holds a receipt of 30 digits, once. Give it to the person: with it they read answers, add, and take "
    "back. Nobody can find it again. The words that were sent cannot be read back with this key."
)


def services(kinds: list[str]) -> list[dict[str, Any]]:
    """Return the kinds of report as services."""
    return [
        {
            "service_code": kind,
            "service_name": str(KIND_WORDS[ReportKind(kind)]),
            "description": str(KIND_HINTS[ReportKind(kind)]),
            "metadata": True,
            "type": "realtime",
            "keywords": "",
            "group": "",
        }
        for kind in kinds
    ]


def definition(kind: str, options: Mapping[str, Reach] | None) -> dict[str, Any]:
    """Return the questions of a service. `options`: who could read at a place; None where no place was named."""
    offered = [each for each in RECIPIENT_WORDS if options is None or options.get(each)]
    fields = WhoForm.base_fields
    where = "address" if kind == ReportKind.ONLINE else "where"
    asked = [
        _attribute("notice", TELL, datatype="text", variable=False),
        _attribute(
            "who",
            f"{fields['who'].label} {fields['who'].help_text}",
            datatype="multivaluelist",
            required=True,
            values=[{"key": str(each), "name": str(RECIPIENT_WORDS[each])} for each in offered],
        ),
        _attribute(
            "climb",
            str(fields["climb"].label),
            datatype="singlevaluelist",
            values=[{"key": "yes", "name": "yes"}],
        ),
        _attribute(where, str(fields[where].label)),
        _attribute("when", str(fields["when"].label)),
        _attribute("language", "The language in which the person would like to be answered (BCP 47)."),
    ]
    return {
        "service_code": kind,
        "attributes": [{**each, "order": number} for number, each in enumerate(asked, start=1)],
    }


def _attribute(
    code: str,
    description: str,
    *,
    datatype: str = "string",
    required: bool = False,
    variable: bool = True,
    values: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    return {
        "variable": variable,
        "code": code,
        "datatype": datatype,
        "required": required,
        "datatype_description": "",
        "description": description,
        **({"values": values} if values is not None else {}),
    }
