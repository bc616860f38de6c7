"""Parameters of an address that are numbers."""

import re

_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def whole_number(written: str, most: int) -> int | None:
    """The number from 1 to `most` that a parameter writes, in its only form; none for another text.

    >>> whole_number("12", 100), whole_number("012", 100), whole_number("101", 100)
    (12, None, None)
    """
    if not _WHOLE_NUMBER.fullmatch(written):
        return None
    number = int(written)
    return number if number <= most else None
