"""What was made once, kept within a bound: the least lately asked for goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Making(Generic[V]):
    """Something that is being made; who asks for it meanwhile waits at the lock."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.made: list[V] = []


class Cache(Generic[K, V]):
    """What was made for each key, together no heavier than `most`.

    `weigh` tells how heavy one is: one each, unless told. What alone is heavier than
    `heaviest` is made and not kept. Any thread may ask.
    """

    def __init__(
        self,
        most: int,
        weigh: Callable[[V], int] = lambda _made: 1,
        heaviest: int | None = None,
    ) -> None:
        self.most, self.weigh = most, weigh
        self.heaviest = most if heaviest is None else min(heaviest, most)
        self.weight = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._making: dict[K, _Making[V]] = {}
        # Held for a moment: never while something is made.
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: K) -> bool:
        """Whether it is kept; asking does not make it lately used."""
        return key in self._kept

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return what is kept for the key, or make it.

        Who asks for the same meanwhile waits for it; nobody else does. What `make`
        raises is not kept: who waited makes it anew. `make` asks for no such key.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
            making = self._making.setdefault(key, _Making())
        with making.lock:
            if not making.made:
                try:
                    making.made.append(make())
                finally:
                    self._end(key, making)
            return making.made[0]

    def clear(self) -> None:
        """Keep nothing of what was made until now."""
        with self._lock:
            self._kept.clear()
            self.weight = 0

    def _end(self, key: K, making: _Making[V]) -> None:
        """Keep what was made, if anything, and let go of what is too much."""
        with self._lock:
            if self._making.get(key) is making:
                del self._making[key]
            for made in making.made:
                weight = self.weigh(made)
                if weight <= self.heaviest and key not in self._kept:
                    self._kept[key] = made, weight
                    self.weight += weight
            while self.weight > self.most:
                _key, (_made, weight) = self._kept.popitem(last=False)
                self.weight -= weight
