"""Text that people write or that names things: one value, every language it exists in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, get_language_bidi

from commonweave.base.languages import runs_from_right

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Text:
    """Texts by language code; which one is the original, which ones a machine translated."""

    texts: Mapping[str, str] = field(default_factory=dict, hash=False)
    original: str = "en"
    machine: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str = "", /, language: str = "en", **others: str) -> Text:
        """Make a text: `Text.of("Leeds", fr="Leeds")`."""
        return cls({language: text, **others} if text else dict(others), original=language)

    def language_for(self, language: str | None = None) -> str:
        """Return the language that will be shown: the wanted one, its fallbacks, the original, else any."""
        wanted = language or get_language() or settings.LANGUAGE_CODE
        chain = (wanted, wanted.split("-")[0], *settings.TEXT_FALLBACKS.get(wanted, ()), self.original, "en")
        return next((code for code in chain if self.texts.get(code)), next(iter(self.texts), ""))

    def say(self, language: str | None = None) -> str:
        """Return the text in the wanted language or the nearest there is."""
        return self.texts.get(self.language_for(language), "")

    def shown(self) -> str:
        """Say it as a piece of a page: one that runs the other way is isolated, or it pulls brackets and full stops along."""
        code, said = self.language_for(), self.say()
        if not said or runs_from_right(code) == get_language_bidi():
            return said
        return f"\N{FIRST STRONG ISOLATE}{said}\N{POP DIRECTIONAL ISOLATE}"

    def is_machine(self, language: str | None = None) -> bool:
        """Say whether what `say` shows was translated by a machine."""
        return self.language_for(language) in self.machine

    def __str__(self) -> str:
        return self.say()

    def __bool__(self) -> bool:
        return any(self.texts.values())

    def __hash__(self) -> int:
        return hash((tuple(sorted(self.texts.items())), self.original, self.machine))

    def to_json(self) -> dict[str, Any]:
        """Return the stored form: {"texts": {...}, "original": "en", "machine": [...]}."""
        return {"texts": dict(self.texts), "original": self.original, "machine": sorted(self.machine)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Text:
        """Read the stored form."""
        return cls(dict(value.get("texts", {})), value.get("original", "en"), frozenset(value.get("machine", ())))


class TextField(models.JSONField):
    """A column that holds a Text (jsonb)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Text)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:  # noqa: ANN401 Django's own signature
        """Leave our default out of migrations; it is always the empty Text."""
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("default") is Text:
            del kwargs["default"]
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:  # noqa: ANN401 Django's own signature
        """Turn jsonb into a Text."""
        data = super().from_db_value(value, expression, connection)
        return Text.from_json(data) if isinstance(data, dict) and "texts" in data else data

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 Django's own signature
        """Turn a Text into jsonb."""
        return super().get_db_prep_value(value.to_json() if isinstance(value, Text) else value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> Any:  # noqa: ANN401 Django's own signature
        """Serialise as the stored form."""
        value = self.value_from_object(obj)
        return value.to_json() if isinstance(value, Text) else value
