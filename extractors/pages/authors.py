"""Bylines as pages write them in, a clean list of names out."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterable, Sequence

from extractors.letters import CAPITAL, WIDE
from extractors.pages.agencies import agency_named, is_agency
from extractors.pages.authorbox import begins_office, is_office
from extractors.pages.bywords import AND, BY, LABELS, NOUNS, TEXT, TEXT_AND_PHOTO, WROTE
from extractors.pages.credits import name_alone, names_alone
from extractors.pages.reporters import without_outlet
from extractors.pages.titles import words

MAX_AUTHORS = 12
MIN_SITE_CHARS = 7
"""Of an outlet whose name no person bears: "GlobeTime Entertainment Diva"."""
MAX_BYLINE_CHARS = 400

_BY = re.compile(
    rf"^(?:(?:(?:view |see )?(?:all|more)(?: posts| articles| stories)?|words and photos|autorenseite|{WROTE})\s+)?"
    rf"(?:(?:{TEXT_AND_PHOTO}|{LABELS}|reporter)\s*[:：●｜／＝=]|"
    rf"(?!(?:di|von|vom|nga|av|af|od|door)\s+(?:\S+|\S+,\s*\S+)$)(?:{BY}|door:|interview(?=:)|{TEXT}|{NOUNS}|bericht|curator|"
    r"columnist|作者|记者|記者|文|作者:|出处|著者|執筆|取材・文)\s*[:：●｜／＝=\s])\s*",
    re.IGNORECASE,
)
"""What stands before a name; "Di Wu" and "Von Storch, Beatrix" are names."""
_PICTURED = re.compile(r"(?:автор|autor)\w*\s(?:фото|рисунка|иллюстрации|zdjęcia|zdjęć|fotografi\w+|foto)\b", re.IGNORECASE)
_SPLIT = re.compile(
    r"\s*(?:;|,|，|\||•|·|⋅|∙|、|/|／|\n|\s[-–—]\s|&(?!\w+;)|\+|"
    rf"\s(?:{AND}|with|mit|avec|con|for|für|pour|para)\s)\s*",
    re.IGNORECASE,
)
_STRONG_SPLIT = re.compile(r"\s*(?:;|\||•|·|⋅|∙|、|\n|\s(?:and|und)\s)\s*", re.IGNORECASE)
_NOT_NAME = re.compile(
    r"https?:|www\.|[@#<>{}\[\]=©!]|\d{2,}|\.(?:com|co\.uk|net|php|html?)\b|^(?:admin(?:istrator)?|administrateur|editor|"
    r"editors|webmaster|"
    r"unknown|anonymous|(?:multiple|various|several|other) (?:sources|authors|contributors|writers)|various|"
    r"null|none|undefined|default|guest|user|author|authors?|n/a|not available|view profile|follow|see all|"
    r"read more|share|subscribe|updated?|published(?: by| on)?|posted(?: by| on)?|contributing|more by|(?:more|all) posts|"
    r"opinion|news|home|"
    r"contact|name|no author|(?:print|e-?mail|share|save|tweet|download|report)(?: this)?(?: (?:article|page|post|story))?|"
    r"(?:\w+ )?\w*admin|[a-z_]{3,}(?:\.[a-z_]{3,}){2,}|"
    r"veröffentlicht(?: von| am)?|von|über .*|zeige alle .*|hinterlasse .*|.* sagt|.* says|"
    r"afficher .*|voir .*|ver .*)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:staff(?: writer| reporter)?|(?:senior |chief |deputy |associate |managing |executive |contributing |political |"
    r"business |sports |news |digital |"
    r"foreign |national |money |white house |health |science |tech(?:nology)? |online |multimedia |former |special )*(?:writer|"
    r"reporter|editor|correspondent|"
    r"columnist|contributor|journalist|producer|photographer|critic|analyst|freelancer|fellow|director|professor|intern)|"
    r"(?:chef)?redakteur(?:in)?|"
    r"korrespondent(?:in)?|reporter(?:in)?|volont(?:ä|ae)r(?:in)?|journaliste|"
    r"(?:senior|chief|deputy|associate|managing|foreign|special|national) (?:[\w&-]+ ){1,2}"
    r"(?:writer|reporter|editor|correspondent|columnist)|"
    r"envoyée?s? spécia(?:le?s?|ux)|repórter|jornalista|colunista|columnista|correspondente|corresponsal|enviad[oa] especial|"
    r"redatora?|redactora?|editora?(?:-\w+)?|periodista|giornalista|corrispondente|inviat[oa]|редактор|корреспондент|обозреватель)s?\b.*$",
    re.IGNORECASE,
)
_OFFICE_BEFORE = re.compile(
    r"^(?:[^\W\d_][\w.-]*[- ])?(?:expert(?:e|in)?|(?:gast|chef)?(?:autor|redakteur|reporter)(?:in)?|korrespondent(?:in)?)\s+"
    rf"(?=(?-i:[{CAPITAL}])\w+\s)",
    re.IGNORECASE,
)
"""An office before a name ("FOCUS-Online-Experte Jane Doe")."""
_DESK_WITH_STAFF = re.compile(
    r"\w (?:editorial|news|web|digital|wire) (?:staff|team|board|writers)$|"
    r"^our (?:[\w-]+ ){1,3}(?:staff|team|reporters?|correspondents?)$|"
    r"^(?-i:(?:[A-Z][\w&.’'-]*[a-z] ){1,2}(?:Reporters|Correspondents|Writers)$)",
    re.IGNORECASE,
)
"""Staff by its desk, "Example Weekly Editorial Staff": without its last word it is nobody."""
_KOREAN_OFFICE = re.compile(r"(?<=[가-힣]) ?(?:선임|수습|인턴|전문)?(?:기자|특파원|논설위원|칼럼니스트)$")
_ENCLOSED = re.compile(r"^(?:[\[【［](?P<inside>[^\[\]【】［］]+)[\]】］])$")
_GLUED_BY = re.compile(rf"^(?:By|Von|Par|Por)(?=[{CAPITAL}][^\W\d_{CAPITAL}])")
_THE = re.compile(r"^the\s+(?=[A-Z])")
_TALKS = re.compile(
    r"\s+(?:im (?:Gespräch|Interview) mit|in conversation with|en conversation avec|en conversación con)\s+", re.IGNORECASE
)
"""Who asks and who answers are both named."""
_WITH_OTHERS = re.compile(r"\s*\((?:with|mit|avec|con|com)\s+(?P<names>[^()]{3,80})\)", re.IGNORECASE)
PARTICLES = (
    r"a|abu|af|al|an|and|av|bar|ben|bin|d[aeiou]|das|degli|de[ilnr]|della|dos|e|een|el|ibn|i|l[aeo]|las|los|mac|na|o[fps]|s|te?|ten|"
    r"ter|the|till|toe?|und|v|van|vande|vander|vo[mn]|y|z|z[um]m?|zur"
)
_PARTICLES = re.compile(PARTICLES)
"""Written small within names."""
_CREDENTIAL = re.compile(
    r"^(?:[A-Z][A-Za-z]?\.?){2,5}$|^(?:Ph\.?D|M\.?D|J\.?D|MBA|MPH|RDN?|RN|Jr|Sr|II|III|Esq|CFA|CFP|MS|MA|BSc|MSc|DO|LD|FAAP)\.?$"
)
_OFFICE_ALONE = re.compile(
    r"^(?:(?:senior|chief|deputy|associate|managing|executive|contributing|political|business|sports|news|digital|foreign|money|"
    r"national|health|science|tech(?:nology)?|online|former|special|personal finance|features?|culture|consumer|staff)\s+)*"
    r"(?:writer|reporter|editor|correspondent|columnist|contributor|journalist|producer|photographer|critic|analyst)s?$",
    re.IGNORECASE,
)
_WHOLE_NAME = rf"(?:[{CAPITAL}][\w'’.-]+ ){{1,2}}[{CAPITAL}][\w'’-]+"
_JOINED_BY = rf"(?:/|,|&|{AND})"
NAMES_ONLY = re.compile(rf"^{_WHOLE_NAME}(?:\s?{_JOINED_BY}\s?{_WHOLE_NAME}){{0,7}}$")
"""A line of names and nothing else, in a script that has capitals."""
_PARENTHESES = re.compile(r"\s*[(\[（][^()\[\]（）]*[)\]）]\s*$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_OFFICE = re.compile(
    r"\b(?:officer|president|head of|chief|vice|(?:co-?)?founder|chair(?:man|woman)?|minister|secretary|manager|attorney|lawyer|"
    r"consultant|specialist|strategist|c[etf]o of|former)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"^(?:in|on|under|within) (?!['’]t\b)|"
    r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\d+ (?:min|hours?|days?)|\d{1,2}[:.]\d\d|\b(?:19|"
    r"20)\d\d\b|^\d+$|"
    r"^(?:quelle|source|foto|photo|red)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?:|www\.|facebook\.com|twitter\.com|^@?[\w.]+\d{2,}$")
_LOGIN = re.compile(
    r"(?!(?:user|admin|author|autor|editor|news|web|wp|redaktion|redacci|content|guest)[a-z]*\d)[A-Za-z]{3,}\d{1,4}[a-z]{0,3}$"
)
"""What a blogger is called who has no other name there; numbered accounts are nobody."""
_TAIL = re.compile(
    r"(?:,?\s+(?-i:(?:M\.?[ABSD]|M\.?P\.?H|R\.?D\.?N?|Ph\.?D|J\.?D|M\.?Ed|B\.?Sc|M\.?Sc|F\.?N\.?P|D\.?O|CFP|CFA)\.?)|"
    r"\s+(?:for |of |at )?(?:the )?(?:associated press|reuters|afp))+$",
    re.IGNORECASE,
)
_SURNAMED_SO = re.compile(r"\S+ (?:Engineer|Fellow|Reporter)$")
_ENDS_IN_OFFICE = re.compile(
    r"\w\s(?:experts?|engineers|advis[eo]rs?|reviewers?|hosts?|researchers?|scientists?|strategists?)$", re.IGNORECASE
)
"""Behind a name: "Jane Doe, Home Security Expert"."""
_LETTERS = re.compile(
    r"(?:,?\s+(?:CPP|PSP|PE|CPA|EA|JD|LLM|LLB|MBA|MPA|AIA|LCSW|LMFT|LPC|PT|DPT|OD|DDS|DMD|DVM|RDN|LDN|CDCES|PMP|CISSP|SHRM|ARNP|APRN|MSN|BSN|"
    r"FACP|FACS|PsyD|EdD|CSCS|CPT))+$"
)
"""Of a profession, behind a name: "Jane Doe CPP"."""
_JUNK = re.compile(r"\d|\b(?:min(?:ute)?s?|read|ago|updated?|published|posted)\b", re.IGNORECASE)
_EDGES = " \t,.;:|/–—-•·*\"'“”‘’"


def names_in(byline: str) -> list[str]:
    """Split one byline into names.

    Returns:
        Names in order, without "By", titles of office, credentials, addresses; empty where nothing looks like a name.

    """
    text = " ".join(_TAG.sub(" ", html.unescape(byline)).split())
    if not text or len(text) > MAX_BYLINE_CHARS or _ADDRESS.search(text) or _PICTURED.match(text):
        return []
    text = _ENCLOSED.sub(r"\g<inside>", _GLUED_BY.sub("", _BY.sub("", text, count=1)))
    if _ORGANISATION.match(text):
        return [text]
    text = names_alone(_WITH_OTHERS.sub(r" & \g<names>", _TALKS.sub(" & ", text)))
    out: list[str] = []
    for part in map(name_alone, _parts(text)):
        _add_name(part, out)
    text = text.strip(_EDGES)
    if not out and _is_name(text) and not _JUNK.search(text) and not _OFFICE_ALONE.match(text):
        out.append(text)  # "Slate Staff"
    return list(dict.fromkeys(out))[:MAX_AUTHORS]


def _add_name(part: str, out: list[str]) -> None:
    """Add the name that one part of a byline holds, if any."""
    if agency_named(part):
        out.append(part.strip(_EDGES))
        return
    name = _PARENTHESES.sub("", part).strip(_EDGES)
    if out and re.match(r"(?:Jr|Sr|II|III|IV)\.?$", name):
        out[-1] = f"{out[-1]} {name}"
        return
    name = _OFFICE_BEFORE.sub("", (name if out else _BY.sub("", name)).strip(_EDGES))
    if _DESK_WITH_STAFF.search(name):
        out.append(_THE.sub("", name))
        return
    if (is_office(name) and not _SURNAMED_SO.match(name)) or (out and _ENDS_IN_OFFICE.search(name)):
        return
    name = _KOREAN_OFFICE.sub("", _THE.sub("", name))
    bare = _LETTERS.sub("", _TAIL.sub("", _ROLE.sub("", name))).strip(_EDGES)
    if bare != name:
        is_nobody = len(bare.split()) < 2 or begins_office(bare)  # "Senior Politics Reporter"
        is_nobody |= bool(out) and len(bare.split()) > 2 and "," not in name[len(bare) :][:1]  # "Speak Westport Heights Reporter"
        if is_nobody or (out and agency_named(bare.split()[0].upper())):  # "Jane Doe, AP Auto Writer"
            return
    if _is_name(bare):
        out.append(without_outlet(bare))


def _parts(text: str) -> list[str]:
    split = [(part, [piece for piece in _SPLIT.split(part) if piece]) for part in _STRONG_SPLIT.split(text)]
    if all(_is_inverted(part, pieces) for part, pieces in split):
        return [f"{pieces[1]} {pieces[0]}" for _, pieces in split]
    return [piece for _, pieces in split for piece in pieces]


def _is_inverted(part: str, pieces: Sequence[str]) -> bool:
    """Tell "Doe, Jane"."""
    return len(pieces) == 2 and "," in part and all(len(p.split()) == 1 and not _CREDENTIAL.match(p) for p in pieces)


def _is_name(text: str) -> bool:
    if not text or text[0].isdigit() or _CREDENTIAL.match(text):
        return False
    if _NOT_NAME.search(text) or _OFFICE.search(text) or _DATE.search(text):
        return False
    count = len(text.split())
    if count > 6 or len(text) > 60:
        return False
    if WIDE.search(text):
        return len(text) <= 12
    if _reads_as_wording(text):
        return False
    return any(c.isalpha() for c in text) and len(text) >= 2


def _reads_as_wording(text: str) -> bool:
    """Tell a phrase with capitals in it, "Harvard hires law firm King", from a name."""
    said = text.split()
    plain = [word for word in said if word.isalpha() and word.islower() and not _PARTICLES.fullmatch(word)]
    return 1 < len(plain) < len(said) and not names_desk(text)  # "Post weather desk"


_ORGANISATION = re.compile(
    r"(?:the )?(?:[A-Z][\w.&'’-]* ){0,3}(?:Cent(?:er|re)|Office|Department|Ministry|University|Institute|Association|Foundation|"
    r"College|Council|Committee|Agency|Society|Commission|Bureau|Museum|Embassy) (?:for|of|on) [^,;|/]{3,60}$"
)
"""One organisation with a long name ("Office for Rivers and Lakes"), not a list of several."""
_AGENCIES = re.compile(r"(?:agenc(?:y|ies)|agenturen|agencias?|agences?|agenzie)$", re.IGNORECASE)
_INITIALS = re.compile(rf"^[{CAPITAL}]{{2,6}}$")


_OWN_DESK = re.compile(
    r"\b(?:staff|team|desk|bureau|editors|newsroom|redaktion|rédaction|redacción|redazione|redakcja|redaksjonen|редакция)\b",
    re.IGNORECASE,
)


def names_desk(author: str) -> bool:
    """Tell a byline that says that no single person wrote it: "Example Staff", "Redaktion Beispiel"."""
    return _OWN_DESK.search(author) is not None


def authors_of(
    claims: Iterable[Iterable[str]],
    site_names: Iterable[str],
    organisations: Iterable[str] = (),
    desks: Iterable[str] = (),
) -> tuple[tuple[str, ...], str | None]:
    """Choose the authors.

    Args:
        claims: Bylines of one witness each, best witness first; read only as far as needed.
        site_names: What the outlet calls itself; never an author beside a person.
        organisations: Who signs where no person does, by the page's own words.
        desks: What the page names as the newsroom that wrote it, as written; before all other organisations.

    Returns:
        The people who signed; where nobody did, the desk or organisation that did, an agency before the outlet itself, else the
        login that did ("jdoe84"). And the agency among them, if any.

    """
    sites = {"".join(words(name)) for name in site_names if name}
    agency: str | None = None
    desks = list(desks)
    fallback = list(desks)
    logins: list[str] = []
    for claim in claims:
        lines = list(claim)
        people, others = _parted(lines, sites)
        logins += [line for line in lines if _LOGIN.match(line)]
        fallback += others
        agency = agency or next((found for name in others if (found := agency_named(name))), None)
        if people:
            return tuple(people), agency
    signed = (names_in(byline) or ([byline] if _INITIALS.match(byline) else []) for byline in organisations)
    for name in (name for names in signed for name in names):
        fallback.append(name)
        agency = agency or agency_named(name)

    def rank(name: str) -> int:
        return 0 if name in desks else 1 + bool(agency_named(name)) + 2 * _is_site(name, sites) + 3 * bool(_AGENCIES.match(name))

    ranked = sorted(fallback, key=rank)
    return tuple(ranked[:1] or logins[:1]), agency


def _parted(claim: Iterable[str], sites: set[str]) -> tuple[list[str], list[str]]:
    """Part the people of one claim from desks, agencies and the outlet itself."""
    lines = [_without_outlet(byline, sites) for byline in claim]
    staff = [name for line in lines if (name := _staff_of(line, sites))]
    lines = [line for line in lines if not _staff_of(line, sites)]
    names = [name for line in lines for name in _whole(line, names_in(line), sites)]
    if any(_is_site(name, sites) for name in names):
        names = [
            name for name in names if " " in name or WIDE.search(name) or _is_site(name, sites)
        ]  # "example.de, Frankfurt, Germany"
    people: list[str] = []
    others: list[str] = [*staff]
    for name in dict.fromkeys(_without_outlet(name, sites) for name in names):
        is_outlet = _is_site(name, sites) or _is_section_of(name, sites) or _OUTLETLIKE.match(name)
        is_other = is_outlet or agency_named(name) or _DESK.search(name)
        (others if is_other else people).append(name)
    if any(" " in name for name in people):  # "Jane Doe, Berlin"
        people = [name for name in people if " " in name or WIDE.search(name)]
    if len(people) > 1 and any(not name.isupper() for name in people):  # "Jane Doe, EXAMPLE TODAY"
        people = [name for name in people if not name.isupper() or WIDE.search(name)]
    return _merged(people), others


def seconded(
    authors: Sequence[str],
    shown: Iterable[str],
    metas: Iterable[Iterable[str]],
    site_names: Iterable[str],
    alone: Iterable[str] = (),
) -> list[str]:
    """Correct the first witness by two others, or by a longer list of the same people.

    Args:
        authors: As JSON-LD names them.
        shown: Bylines that readers see.
        metas: Bylines of one meta property each.
        site_names: What the outlet calls itself.
        alone: Lines of names that stand by themselves.

    Returns:
        What readers see, where it has all of `authors` and somebody else besides, or whole names for a login, or where a meta
        property names the same people and not `authors` (who merely entered the story, or helped); else `authors`.

    """
    sites = {"".join(words(name)) for name in site_names if name}
    lines = list(shown)
    seen, others = _parted(lines, sites)
    mine, its = ({words(name) for name in names} for names in (authors, seen))
    listed_alone = _parted(alone, sites)[0]
    metas = [_parted(meta, sites)[0] for meta in metas]
    if mine < {words(name) for name in listed_alone} and any(
        {*map(words, meta)} == {*map(words, listed_alone)} for meta in metas
    ):
        return listed_alone
    if not seen or its == mine or any(" " not in name for name in seen):
        return list(authors)
    if len(authors) == 1 and " " not in authors[0] and not WIDE.search(authors[0]):
        return seen  # "jdoe", who entered the story
    if mine < its:
        if others:  # "Jane Doe, Institute for Rivers and Lakes"
            return list(authors)
        known = {word for name in mine for word in name}
        listed = {words(name) for line in lines if _lists_names(line, mine) for name in names_in(line)}
        return [
            name
            for name in seen
            if words(name) in mine or (words(name) in listed and NAMES_ONLY.match(name) and known.isdisjoint(words(name)))
        ]
    agreed = any({words(name) for name in meta} == its for meta in metas)
    return seen if agreed and (its < mine or not its & mine) else list(authors)


def lists_more(longer: Iterable[str], shorter: Iterable[str]) -> bool:
    """Tell that one claim has all names of another that names somebody, and more."""
    more, some = ({words(name) for byline in claim for name in names_in(byline)} for claim in (longer, shorter))
    return bool(some) and some < more


def _lists_names(line: str, known: Container[tuple[str, ...]]) -> bool:
    """Tell a line of nothing but names from a name with an employer behind it: "Jane Doe, Example Marketing, Acme"."""
    parts = [name_alone(part).strip(_EDGES) for part in _parts(names_alone(_BY.sub("", line, count=1)))]
    return all(NAMES_ONLY.match(part) or words(part) in known for part in parts)


_STAFF = re.compile(
    r"(?P<outlet>[A-Z][^,;|/]{1,40}?)\s+(?:(?:editorial|news|web|wire|content)\s+)?(?:staff|team|editors|reporters|writers|newsroom|board)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|der|die|das|la|le|les|el|il|de|het|o|a|as|os)\s+", re.IGNORECASE)
_OUTLETLIKE = re.compile(
    r"^(?:[A-Za-z]{1,3}\d\w*\s|\d\w*[^\W\d]\w*\s|(?:The|THE|Das|DAS|das|die|der)\s|(?:Der|Die|DER|DIE)\s\w+\s)"
)
"""Outlets and desks have an article: "The Example Times & Gazette"; or a number: "e1 Westport"."""
_DESK = re.compile(
    r"\b(?:staff|team|desk|news(?:room|desk)?|press|redaktion|rédaction|redacción|redazione|redakcja|редакция|editors?|"
    r"editorial|agency|agencies|"
    r"agenturen|online|media|newswire|report|journal|gazette|chronicle|bureau|presse|zeitung|rundfunk|mdr|ndr|wdr|zdf|wire|"
    r"inc\.?$|gmbh$|services?|times|post|herald|tribune|magazine|university|institute|\w+\.(?:de|at|ch|com|org|net|it|fr)|"
    r"\w{3,}\.(?:es|nl|be|pl|ru|se|dk|fi|pt|br|mx|ar|cz|sk|hu|ro|gr|tr|eu|info|news|tv|ca|jp))\b|"
    r"[\u3040-\u30ff\u3400-\u9fff](?:网易|网|網|网站|日报|日報|晚报|晚報|时报|時報|报社|報社|新闻|新聞|社|电视台|電視台|学会|學會|协会|協會|公司|"
    r"委员会|委員會|研究院|大学|大學|政府|编辑部|編輯部|频道|頻道|在线|传媒|傳媒|京报|京報|青年报|青年報|商报|商報|早报|早報|"
    r"科技|财经|財經|综合|綜合)$|^网易$|(?:编辑部|編輯部|編集部)$",
    re.IGNORECASE,
)


def _is_site(name: str, sites: set[str]) -> bool:
    glued = "".join(words(name))
    bare = "".join(words(_ARTICLE.sub("", name)))
    return glued in sites or (len(bare) >= 4 and (bare in sites or f"the{bare}" in sites))


def _is_section_of(name: str, sites: set[str]) -> bool:
    """Tell a desk that is called after its outlet, "CNN Business"."""
    first, _, rest = name.partition(" ")
    is_named = first.isupper() or len(first) >= MIN_SITE_CHARS
    return bool(rest) and is_named and "".join(words(first)) in sites and len(rest.split()) <= 2


def _without_outlet(name: str, sites: set[str]) -> str:
    """Cut outlet or agency off behind a whole name: "Jane Doe Example News", "Jane Doe. Example World", "Jane Doe Reuters"."""
    if len(name) > MAX_BYLINE_CHARS or agency_named(name):  # no byline, and the search below grows with the square
        return name
    person, dot, _ = name.partition(". ")
    if dot and NAMES_ONLY.match(person) and len(person.rpartition(" ")[2]) > 2:
        return person
    said = name.split()
    for keep in range(2, len(said)):
        behind = " ".join(said[keep:])
        if (
            not behind.startswith("(")
            and (_is_site(behind, sites) or is_agency(behind))
            and NAMES_ONLY.match(" ".join(said[:keep]))
        ):
            return " ".join(said[:keep])
    return name


def _staff_of(byline: str, sites: set[str]) -> str | None:
    """Return all who write for the outlet, where they sign: "By Example Staff"."""
    match = _STAFF.match(_BY.sub("", byline, count=1)) if len(byline) <= MAX_BYLINE_CHARS else None
    outlet = "".join(words(match["outlet"])) if match else ""
    is_own = _is_site(match["outlet"], sites) or any(len(site) >= 4 and site in outlet for site in sites) if match else False
    return match[0] if match and is_own else None


def _whole(byline: str, names: list[str], sites: set[str]) -> list[str]:
    """Take for one what the site calls itself, "Mac & i", though it could be read as several names."""
    return [byline.strip(_EDGES)] if names and names != [byline] and "@" not in byline and _is_site(byline, sites) else names


def _merged(people: list[str]) -> list[str]:
    """Drop a name that is written twice ("sauli giliard", "Sauli Giliard")."""
    seen: dict[str, str] = {}
    for name in people:
        key = " ".join(words(name))
        if key not in seen or (name.istitle() and not seen[key].istitle()):
            seen[key] = name
    return [name for name in seen.values() if not (WIDE.search(name) and name.rpartition(" ")[2] in seen and " " in name)]
