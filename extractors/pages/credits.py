"""A byline as written in, the same without what is said beside the names out: helpers, places, outlets written for, addresses."""

from __future__ import annotations

import re

from extractors.letters import CAPITAL
from extractors.pages.agencies import agency_named

_HELPERS = re.compile(
    r"[\s;,.|(]*\b(?:edited|editing|(?:additional|with) reporting|medically reviewed|fact[- ]checked|reviewed|"
    r"illustrat(?:ions?|ed)|photograph(?:s|y|ed)?|photos?|video|translat(?:ed|ion)|übersetzt|traduit|traducido)\s+(?:by|von|par|por)\b.*$",
    re.IGNORECASE,
)
"""What follows is not who wrote it."""
_WROTE_TOO = re.compile(r"[\s;,.|]+(?:reporting|writing|written|words)(?:\s+and\s+\w+)?\s+by\s+", re.IGNORECASE)
"""What follows wrote it too: "Jane Doe; Writing by John Roe"."""
_AS_TOLD = re.compile(r"^.*[\s,]as told to\s+", re.IGNORECASE)
"""Who was told wrote it down."""
_ADDRESS = re.compile(r"\S+@\S+\.\w+|(?<=\s)\(?@\w{2,}\)?|\((?:she|he|they)\b[^()]*\)", re.IGNORECASE)
"""Mail addresses, handles and pronouns behind a name."""
_SPECIAL = re.compile(r"[\s,]+(?:special|exclusively?) (?:to|for)\b.*$", re.IGNORECASE)
_FOR = re.compile(r"\s+for\s+(?P<outlet>[^,;|]+?)(?=$|[,;|]|\sand\s)", re.IGNORECASE)
_OF = re.compile(r"(?<=\w\s)(?P<name>\w[\w'’.-]+)\s+(?:of|at|from) the [A-Z][^,;|]*?(?=$|[,;|]|\sand\s)")
_PLACE = re.compile(rf"(?P<name>[^\W\d_][\w'’.-]* [^\W\d_][\w'’.-]+)\s+[iI]n (?:[{CAPITAL}][\w'’.-]*\s?){{1,3}}(?=$|,|\sand\s)")
_STATE = re.compile(
    r"\s+(?:(?:last |zuletzt |mis à )?(?:updated|published|posted|publiziert|veröffentlicht|aktualisiert|publié|"
    r"publicado|actualizado|pubblicato|aggiornato|gepubliceerd|opublikowan[oey]))\b[^,;|]*$",
    re.IGNORECASE,
)
_OFFICE_BEFORE = re.compile(
    r"^(?:(?:senior|chief|deputy|associate|managing|executive|contributing|political|business|sports?|news|digital|foreign|science|"
    r"health|tech(?:nology)?|entertainment|culture|staff|crime|education|national|home affairs|white house)\s+)*"
    rf"(?:editor|reporter|correspondent|writer|columnist|journalist)\s+(?=(?-i:[{CAPITAL}])\S+ (?-i:[{CAPITAL}])\S+$)",
    re.IGNORECASE,
)
_PROFESSION = re.compile(r"^(?:Rechtsanw(?:alt|ältin)|Fachanw(?:alt|ältin)|Notar(?:in)?)\s+(?=\S+ \S)")
_JOINER = re.compile(r"^(?:and|with|und|mit|et|avec|con|y|og|och|en|και|и)\s+", re.IGNORECASE)


def names_alone(byline: str) -> str:
    """Cut what is said beside the names of a byline; a credit to an agency stays."""
    text = _AS_TOLD.sub("", once(byline))
    text = _WROTE_TOO.sub(" & ", _HELPERS.sub("", text) or text)
    text = _ADDRESS.sub(" ", text)
    text = _SPECIAL.sub("", text)
    text = _FOR.sub(lambda match: match[0] if agency_named(match["outlet"]) else "", text)
    text = _OF.sub(lambda match: match["name"], text)
    text = _PLACE.sub(lambda match: match["name"], text)
    return _STATE.sub("", " ".join(text.split()))


def name_alone(part: str) -> str:
    """Cut a joining word, and an office, off the front of one name; a name that is written twice is given once."""
    part = _PROFESSION.sub("", _OFFICE_BEFORE.sub("", _JOINER.sub("", part)))
    return once(part)


def writers_in(credit: str) -> str:
    """Cut the helpers off an agency's closing credit: "(Reporting by Jane Doe; Editing by John Roe)"."""
    return _HELPERS.sub("", credit.strip(" ()_*"))


def once(text: str) -> str:
    """Give what is written twice, once for screen readers perhaps, once."""
    one, other = text[: len(text) // 2], text[len(text) // 2 + 1 :]
    if " " not in one or one.casefold() != other.casefold():
        return text
    return max(one, other, key=lambda half: sum(map(str.islower, half)))  # written small, if it is once
