"""Sessions are sealed at rest: a second factor being set up, or an invitation being accepted, passes through them."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from nacl.secret import SecretBox


class SealedSerializer:
    """JSON under the node's secret (XSalsa20-Poly1305). A session that does not open counts as none."""

    def dumps(self, obj: Any) -> bytes:  # noqa: ANN401 any JSON
        """Seal a session's content."""
        return bytes(_box().encrypt(json.dumps(obj, separators=(",", ":")).encode()))

    def loads(self, data: bytes) -> Any:  # noqa: ANN401 any JSON
        """Open what `dumps` made; raises CryptoError otherwise."""
        return json.loads(_box().decrypt(data))


def _box() -> SecretBox:
    return SecretBox(settings.CONFIG.derive("session"))
