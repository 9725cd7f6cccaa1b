"""A word in, the month that it names in one of the languages of the press out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_OTHER_FORMS: Mapping[str, int] = {
    "jänner": 1, "feber": 2, "maerz": 3, "sept": 9, "setiembre": 9, "set": 9, "octubro": 10, "mrt": 3, "gen": 1, "ott": 10,
}  # fmt: skip
"""Written, and not in the table: Austria's January, abbreviations."""
_BEHIND_A_DOT: Mapping[str, int] = {"listopada": 10, "lip": 6}
"""Croats call October what Poles call November, June what they call July, and put a dot behind the day."""
_HEBREW_IN, _BASQUE_OF = "ב", "ren"
"""Glued to the month: "5 בינואר 2026", "2026(e)ko urtarrilaren 5"."""


def month_named(word: str, *, has_dot: bool = False) -> int | None:
    """Return the month, 1..12, that a word names; None: it names none.

    Args:
        word: As written, or abbreviated.
        has_dot: Whether the day before it is written as a numeral of order ("5."), which tells two languages apart.

    """
    said = word.casefold().strip(" .॰׳'’").replace("\u0654", "")
    if has_dot and said in _BEHIND_A_DOT:
        return _BEHIND_A_DOT[said]
    table = _table()
    bare = said.removeprefix(_HEBREW_IN).removesuffix(_BASQUE_OF)
    return table.get(said) or _OTHER_FORMS.get(said) or table.get(bare)


@cache
def _table() -> Mapping[str, int]:
    lines = (files("extractors") / "data" / "months.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: int(number) for number, name, _ in rows}
