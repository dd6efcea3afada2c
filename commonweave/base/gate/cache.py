"""Django's cache in the memory that web processes share: attempts to sign in count in all of them, under a keyed hash."""

from __future__ import annotations

import pickle
import struct
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from commonweave.base.gate.memory import LONGEST_VALUE, memory

LENGTH = struct.Struct("<H")
DEFAULT: Any = DEFAULT_TIMEOUT
FOR_EVER = 30 * 24 * 60 * 60.0  # the key lasts a day


class SharedMemoryCache(BaseCache):
    """Small values only (a longer one is not kept); what weighs most stays when it gets tight."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        """Take Django's options."""
        super().__init__(params)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401 any value
        """Return what is kept."""
        name = self.make_and_validate_key(key, version)
        with memory().locked() as now:
            payload = memory().values.read(memory().tag("cache", name), now)
        if payload is None:
            return default
        (length,) = LENGTH.unpack_from(payload)
        return pickle.loads(payload[LENGTH.size :][:length])  # noqa: S301 only these processes write there

    def set(self, key: Any, value: Any, timeout: float | None = DEFAULT, version: int | None = None) -> None:  # noqa: ANN401 any value
        """Keep a small value."""
        self._put(key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: float | None = DEFAULT, version: int | None = None) -> bool:  # noqa: ANN401 any value
        """Keep a small value unless there is one; say whether it is kept now."""
        return self._put(key, value, timeout, version, anew=True)

    def touch(self, key: Any, timeout: float | None = DEFAULT, version: int | None = None) -> bool:  # noqa: ANN401 any value
        """Let a value last longer."""
        value = self.get(key, self, version)
        return value is not self and self._put(key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:  # noqa: ANN401 any value
        """Forget a value."""
        name = self.make_and_validate_key(key, version)
        with memory().locked() as now:
            tag = memory().tag("cache", name)
            there = memory().values.read(tag, now) is not None
            memory().values.forget(tag)
        return there

    def clear(self) -> None:
        """Forget every value."""
        with memory().locked():
            memory().values.clear()

    def _put(
        self,
        key: Any,  # noqa: ANN401 any value
        value: Any,  # noqa: ANN401 any value
        timeout: float | None,
        version: int | None,
        *,
        anew: bool = False,
    ) -> bool:
        name, kept = self.make_and_validate_key(key, version), pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        until = self.get_backend_timeout(timeout)
        if len(kept) + LENGTH.size > LONGEST_VALUE:
            self.delete(key, version)
            return False
        with memory().locked() as now:
            tag = memory().tag("cache", name)
            if anew and memory().values.read(tag, now) is not None:
                return False
            lasts = FOR_EVER if until is None else until - time.time()
            memory().values.write(tag, LENGTH.pack(len(kept)) + kept, now, lasts=lasts, weight=len(kept))
        return True
