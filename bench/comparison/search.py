"""Finds the smallest effort that is enough."""

from collections.abc import Callable


def smallest_enough(enough: Callable[[int], bool], guess: int, most: int) -> int | None:
    """The smallest count, give or take a twentieth, that is enough; None when `most` is not.

    Doubles or halves from `guess` until the answer lies between two counts, then halves the interval. Each question is
    a whole run, so a guess that is nearly right saves minutes. Takes for granted that more is not worse.
    """
    too_few, count = 0, min(guess, most)
    known_enough: int | None = None
    while known_enough is None or known_enough - too_few > max(1, known_enough // 20):
        if enough(count):
            known_enough = count
            count = count // 2 if too_few == 0 else (too_few + count) // 2
        else:
            too_few = count
            if count == most:
                return None
            count = min(2 * count, most) if known_enough is None else (count + known_enough) // 2
    return known_enough
