"""A line of text in, who it says wrote the story out: "By Jane Doe on 3 May 2026 in Health" is "Jane Doe"."""

from __future__ import annotations

import re

from extractors.letters import CAPITAL
from extractors.pages.agencies import agency_named
from extractors.pages.authorbox import name_part
from extractors.pages.authors import NAMES_ONLY, PARTICLES
from extractors.pages.bywords import AND, BY, LABELS, LABELS_ALONE, NOUNS, TEXT_AND_PHOTO, WROTE
from extractors.pages.credits import names_alone, writers_in
from extractors.pages.titles import words

MAX_BYLINE_CHARS = 160

MAX_BYLINE_WORDS = 14

MAX_CREDIT_CHARS = 400
"""Of an agency's closing credit with all who helped."""

_WROTE = rf"(?:(?:{WROTE}|story and photos|photos?|pictures?|photos and story|words and photos)\s+)?"

SAYS_BY = re.compile(
    rf"^(?:{_WROTE}(?:(?P<by>{BY})|(?P<noun>{NOUNS}|tekst[iy]?|текст))(?:/\w+)?(?:(?P<colon>\s*[:：]\s*)|\s+)|"
    r"une? (?:texte|article|reportage|enquête|chronique|analyse|dossier) d(?:e\s|['’]))(?=\S)",
    re.IGNORECASE,
)

_GLUED_BY = re.compile(rf"^(?:By|Von|Par|Por)(?:(?=[{CAPITAL}])|(?:by|von|par|por)\s+)")
"""Markup parts what the text does not: <span>By</span><a>Jane Doe</a>; some say it twice, once for screen readers."""

AUTHOR_LABEL = re.compile(rf"{LABELS}(?!\w)", re.IGNORECASE)
"""Wherever it stands below the headline, who is named behind it wrote the story."""

FULL_NAME = re.compile(rf"[{CAPITAL}][\w'’.-]+ [{CAPITAL}]")

_LABELLED = re.compile(
    rf"^(?:{TEXT_AND_PHOTO}|{LABELS}|bericht|interview|από|"
    r"curator|reporter|columnist|著者|執筆|取材・文|文)\s*[:：｜●／＝=]\s*(?=\S)",
    re.IGNORECASE,
)

LABEL_ALONE = re.compile(rf"(?:{NOUNS}|{LABELS_ALONE})\s*[:：]?|{LABELS}\s*[:：]", re.IGNORECASE)
"""A label in an element of its own: who it names stands in the next."""

GOES_ON = re.compile(rf"(?:,|&|\s(?:{AND}|AND|UND))$")
"""Behind the name of one author stands that of another, perhaps in an element of its own."""

_TALKED = re.compile(
    r"^(?:(?:das|dieses) (?:gespräch|interview) (?:führten?|hat)|die fragen stellten?|interview(?:ed)? (?:conducted )?by|"
    r"entrevista (?:de|por|realizada por)|intervista di|entretien (?:mené|réalisé|avec) par)\s+(?=\S)",
    re.IGNORECASE,
)
"""Who asked wrote the interview."""

_RIGHTS_TO = re.compile(r"[（(](?:c|C|©)[)）]\s?AFP\s?/\s?(?P<name>[^\W\d_][\w'’. -]{3,40})$")
"""Of an agency's story: "(c)AFP/Jane DOE"."""

_DAY_BEFORE = re.compile(r"^\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\s+")

SAYS_BY_AT_END = re.compile(rf"(?:^|\s|·|\|){_WROTE}(?:by|von|par|por|door|av|af)\s*[:：]?$", re.IGNORECASE)

_BY_BEHIND_DATE = re.compile(r"\d.*?[\s·|](?:by|von|par|por|door|av|af)\s*(?::\s*|\s)(?=\S)", re.IGNORECASE)

HELPERS = re.compile(
    r"^(?:with )?(?:contributions?|contributors?|additional reporting|edited|editing|fact[- ]checked|reviewed|medically reviewed|"
    r"updated by|supported|sponsored|presented|powered|photograph(?:y|s|ed)?|photos?|illustrat(?:ions?|ed)|art(?:work)? by|"
    r"translat(?:ed|ion)|übersetzt|traduit|traducido|mitarbeit|redaktion:|fotos?|avec la collaboration)\b|"
    r"^(?:翻訳者?|訳者?|译者|翻译)",
    re.IGNORECASE,
)
"""What follows is not who wrote it."""

_OUTLET_BEHIND = re.compile(r"\s*[/,|]\s*[\w.-]+\.[a-z]{2,6}$", re.IGNORECASE)

_NO_PERSON = re.compile(r"[IVX]+\. \w+$|(?:The|A|An|Our|My|Your|Best|Top|How|Why|What)\s|.*['’]s(?:\s|$)")
"""The heading of a first part, "I. Inspiration", and of a series, "The Gazette's Best"."""

_DASHES = "-–—•·*|/ "

_PREPOSITIONS = frozenset({"von", "vom", "di", "od", "av", "af", "door", "nga", "par", "por", "του", "της"})
_ARTICLES = frozenset({"του", "της", "door"})
"""Below the story they open names of things: "Της Νέας Υόρκης", "Door Dash"."""
_TO_MARK = re.compile(r"[,–—|:/(;]")
_AMID_NAMES = re.compile(
    rf"{PARTICLES}|{AND}|mit|with|avec|con|com|med|met|for|für|para|pour|in|em|aus|on|at|am|um|på|z|w|из|в|u|à|to|the|die|der|das|dem|"
    r"den|le|el|il|uhr|special|posted|published|updated|veröffentlicht|aktualisiert|publié"
)
"""What may be written small behind "by" and be no sentence."""

ENDS_IN_BY = re.compile(r"\b(?:by|von|vom|par|por|di|door|av|af)\s*[:：]?$|^(?:翻訳者?|訳者?|译者|翻译)\s*[:：]?$", re.IGNORECASE)

_DAY = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|sonnabend|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
)

_OF_DAY = r"(?:day|sday|nesday|rsday|urday|rs?|s)?"
"""Of the English days, and of what is short for them; "Mohney" begins like a Monday, too."""

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|fév|avr|juin|juil|aoû|déc|ene|abr|ago|dic|янв|фев|мар|апр|"
    r"мая|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]*"
)

_FROM_DATE = re.compile(
    rf"\s*[,|·•@–—-]*\s*(?:\b(?:on|am|le|el|il|den|um|at|à|vom|last|updated|published|veröffentlicht|aktualisiert|publié|stand)\b"
    rf":?\s*)*(?:\b{_DAY}{_OF_DAY}\.?,?\s+(?=\d|{_MONTH})|\b{_DAY}{_OF_DAY},|\b{_DAY}(?<=\w\w\w)$|\b{_MONTH}(?:\s?[/–-]\s?{_MONTH})?\.?\s+\d|"
    rf"\d{{1,2}}\.?\s+(?:de\s+)?[^\W\d_]\S{{1,14}}\s+(?:de\s+)?(?:19|20)\d\d\b|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\.?\s+{_MONTH}|\d{{1,4}}[./:-]\s?\d{{1,2}}|\b\d{{4}}\b|\d+\s*(?:min|h\b|std|stunden|hours?|days?)).*$",
    re.IGNORECASE,
)

_FROM_SECTION = re.compile(r",?\s+(?:[·|.]\s*)?in\s+[A-Z].*$")

_FROM_LABEL = re.compile(
    r"\s[-–—|·]\s\w{3,14}:.*$|\s(?:kuvat|fotos?|photos?|bilder|ảnh|graafi|grafik|zdjęcia|фото):.*$", re.IGNORECASE
)
"""What a line goes on with: "Jane Doe - Category: Health"."""

HAS_DATE = re.compile(
    rf"\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\d{{2,4}}|\b(?:19|20)\d\d\b|\d{{1,2}}\.?\s+{_MONTH}|{_MONTH}\s+\d", re.IGNORECASE
)

_OF_ITSELF = re.compile(
    r"(?:(?:this|the) (?:guest |blog |news )?"
    r"(?:post|article|story|piece|column|essay|op-ed|report|blog|content|commentary|episode) "
    r"(?:was|is|has been) (?:originally |first )?(?:written|authored|contributed|reported|submitted)(?: and \w+)?|"
    rf"guest (?:post|column|article)) by (?P<name>(?-i:[{CAPITAL}][\w'’.-]+(?: [{CAPITAL}][\w'’.-]*){{1,2}}))",
    re.IGNORECASE,
)


def named_behind(text: str) -> str | None:
    """Return who an element names behind one that ends in "by" or "and"."""
    bare = bare_of(text)
    return bare if 0 < len(words(bare)) <= MAX_BYLINE_WORDS and _begins_like_name(bare) else None


def said(text: str) -> str | None:
    """Return what follows on "By", dates and sections cut off; None: the line does not say who wrote."""
    if len(text) > MAX_BYLINE_CHARS or (len(words(text)) > MAX_BYLINE_WORDS and not HAS_DATE.search(text)):
        return None
    text = text.lstrip(_DASHES)
    opens = _LABELLED.match(text) or SAYS_BY.match(text) or _GLUED_BY.match(text)
    match = opens or _BY_BEHIND_DATE.search(text)
    if match is None or (opens and _opens_sentence(match, text[match.end() :])):
        return None
    rest = bare_of(text[match.end() :]).split("|")[0].strip()
    if not opens and " " in rest and not NAMES_ONLY.match(rest):
        return None  # "12.31 Uhr: Zeitung lehnt Aussagen von Ministern ab"
    return rest if rest and _begins_like_name(rest) and len(words(rest)) <= MAX_BYLINE_WORDS else None


def _opens_sentence(match: re.Match[str], rest: str) -> bool:
    """Tell "Door Trump stijgt de olieprijs" and "Author Jane Doe wins a prize" from bylines, which have a colon or but names."""
    if match.re is not SAYS_BY or match["colon"]:
        return False
    if match["noun"]:
        return not NAMES_ONLY.match(bare_of(rest))
    if (match["by"] or "by").lower() not in _PREPOSITIONS:
        return False
    said = _TO_MARK.split(names_alone(bare_of(rest)), maxsplit=1)[0].split()
    return any(word.isalpha() and word.islower() and not _AMID_NAMES.fullmatch(word) for word in said)


def told_of_itself(text: str) -> str | None:
    """Read who a story says that it is by: "This post was written by Jane Doe, a doctor."."""
    match = _OF_ITSELF.match(text)
    return match["name"] if match and signs(match["name"]) else None


def labelled(text: str) -> str | None:
    """Read a signature behind the story: "Author: Jane Doe", "Reporting by The Associated Press."."""
    if (told := _RIGHTS_TO.search(text[-MAX_BYLINE_CHARS:])) is not None:
        return told["name"]
    text = writers_in(text).lstrip(_DASHES) if len(text) <= MAX_CREDIT_CHARS else text
    text = _DAY_BEFORE.sub("", text)
    if len(text) > MAX_BYLINE_CHARS or len(words(text)) > MAX_BYLINE_WORDS:
        return None
    match = _LABELLED.match(text) or SAYS_BY.match(text) or _TALKED.match(text)
    if match and match.re is SAYS_BY and (match["by"] or "").lower() in _ARTICLES and not match["colon"]:
        return None
    behind = text[match.end() :] if match else ""
    behind = behind if agency_named(behind) else names_alone(behind)
    rest = _OUTLET_BEHIND.sub("", bare_of(behind)) if behind else ""
    return rest if rest and _begins_like_name(rest) and (NAMES_ONLY.match(rest.rstrip(".")) or agency_named(rest)) else None


def _begins_like_name(text: str) -> bool:
    """Tell "von Jane Doe" from "von der Leyen fordert ...", "by the way" and "« The story before"."""
    first = text[0]
    if re.fullmatch(AND, text):
        return False
    return (not first.isalpha() and first not in "«»<>→←") or first == first.title() or " " not in text


def bare_of(text: str) -> str:
    """Cut off dates, times, sections and what else stands in the box of an author."""
    return name_part(_FROM_SECTION.sub("", _FROM_DATE.sub("", _FROM_LABEL.sub("", text)))).strip(" \t,·•|–—-/")


def is_dated_byline(text: str) -> bool:
    """Tell "By Jane Doe posted Apr 9th 2011", whatever its element is called."""
    match = SAYS_BY.match(text)
    return match is not None and HAS_DATE.search(text) is not None and NAMES_ONLY.match(bare_of(text[match.end() :])) is not None


def signs(text: str) -> bool:
    """Tell names from wording in capitals: "In This Article"."""
    return name_part(text) == text and _NO_PERSON.match(text) is None
