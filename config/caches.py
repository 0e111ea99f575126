"""The cache, and its stand-in while Valkey is away: a lost counter keeps nobody from signing in."""

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Slow

logger = logging.getLogger(__name__)

AWAY = (Unreachable, Slow, OSError)


class FallbackCache(RedisCache):
    """Valkey, or this process's own memory while it does not answer.

    It counts sign-in attempts and holds nothing of any patient. In memory it counts by process.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("fallback", params)

    def _try(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, verb)(self, *args, **kwargs)
        except AWAY as error:
            logger.warning("cache away", extra={"cause": type(error).__name__})
            return getattr(self._memory, verb)(*args, **kwargs)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Django's."""
        return bool(self._try("add", key, value, timeout=timeout, version=version))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """Django's."""
        return self._try("get", key, default=default, version=version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        """Django's."""
        self._try("set", key, value, timeout=timeout, version=version)

    def delete(self, key: Any, version: Any = None) -> bool:
        """Django's."""
        return bool(self._try("delete", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Django's."""
        return int(self._try("incr", key, delta=delta, version=version))
