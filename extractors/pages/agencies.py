"""Bylines, credit lines and closing lines in, the news agency they credit out."""

from __future__ import annotations

import re

AGENCIES: tuple[tuple[str, str], ...] = (
    ("Reuters", r"thomson reuters|reuters"),
    ("AP", r"(?:the )?associated press|AP(?: news)?"),
    ("AFP", r"agence france[- ]presse|AFP(?:[- ]?relaxnews)?"),
    ("dpa", r"deutsche presse[- ]agentur|dpa(?:[-/][\w-]+)?|DPA"),
    ("APA", r"austria presse agentur|APA(?:[-/][\w-]+)?"),
    ("Keystone-SDA", r"keystone[-/]sda|SDA|ATS"),
    ("epd", r"evangelischer pressedienst|epd"),
    ("KNA", r"katholische nachrichten-agentur|KNA"),
    ("SID", r"sport-informations-dienst|SID"),
    ("dts", r"dts(?: nachrichtenagentur)?"),
    ("Anadolu", r"anadolu(?: agency| ajansı)?|AA"),
    ("EFE", r"agencia efe|EFE"),
    ("Europa Press", r"europa press"),
    ("ANSA", r"ANSA(?:\.it)?"),
    ("Adnkronos", r"adnkronos"),
    ("Belga", r"belga"),
    ("ANP", r"ANP"),
    ("NTB", r"NTB"),
    ("TT", r"TT"),
    ("Ritzau", r"ritzau"),
    ("STT", r"STT"),
    ("PAP", r"PAP"),
    ("CTK", r"ČTK|CTK"),
    ("MTI", r"MTI"),
    ("TASS", r"TASS|ТАСС|ITAR-TASS"),
    ("RIA Novosti", r"RIA novosti|РИА[  ]?Новости"),
    ("Interfax", r"interfax|Интерфакс"),
    ("Sputnik", r"sputnik"),
    ("Ukrinform", r"ukrinform|Укринформ"),
    ("Xinhua", r"xinhua(?: news agency)?|新华社|新華社"),
    ("China News Service", r"中新社|中新网"),
    ("Kyodo", r"kyodo(?: news)?|共同通信|共同"),
    ("Jiji", r"jiji(?: press)?|時事通信|JIJI"),
    ("Yonhap", r"yonhap(?: news agency)?|연합뉴스"),
    ("PTI", r"press trust of india|PTI"),
    ("ANI", r"ANI"),
    ("IANS", r"IANS"),
    ("Bernama", r"bernama"),
    ("PA Media", r"press association|PA media|PA"),
    ("UPI", r"united press international|UPI"),
    ("The Canadian Press", r"(?:the )?canadian press"),
    ("AAP", r"australian associated press|AAP"),
    ("Lusa", r"lusa"),
    ("ΑΠΕ-ΜΠΕ", r"ΑΠΕ[-–]ΜΠΕ|AMNA|ANA-MPA"),
    ("Bloomberg", r"bloomberg(?: news)?"),
    ("WAM", r"WAM"),
    ("SPA", r"saudi press agency"),
    ("NAN", r"news agency of nigeria|NAN"),
    ("Ukrinform", r"ukrinform"),
    ("CNN Newsource", r"cnn newsource|cnn wire"),
    ("Stacker", r"stacker"),
)
"""Canonical name and how it is written. Abbreviations in capitals match in capitals only: "AA" and "TT" are words elsewhere."""

_ABBREVIATION = re.compile(r"^[A-ZČΑ-Ω]{2,4}\b")


def _pattern(written: str) -> str:
    parts = re.split(r"\|(?![^(]*\))", written)
    return "|".join(part if _ABBREVIATION.match(part) else f"(?i:{part})" for part in parts)


_NAMED = "|".join(f"(?P<a{i}>{_pattern(written)})" for i, (_, written) in enumerate(AGENCIES))
_WHOLE = re.compile(
    rf"^[\s(\[–—\-=©/]*(?:[\w.]{{1,5}}\s?[,/]\s?)?"
    rf"(?:(?i:by|von|par|por|od|source|sources|quelle|quellen|fuente|mit material(?: von|:)?|mit agenturen|"
    rf"with|avec|con|via|from|"
    rf"источник|по материалам|źródło|πηγή|来源|credit)[\s:：]+)?(?:(?i:staff|agencies|agenturen|agencias|agence)\s*(?:[/,&+]|"
    rf"and|und|et|y)\s*)*(?:{_NAMED})"
    rf"(?:\s*(?:[/,&+|]|and|und|et|y|with|mit)\s*[\w./-]{{1,30}}){{0,3}}[\s)\]–—\-=.]*$"
)
_ALONE = re.compile(rf"(?:{_NAMED})")
_DATELINE = re.compile(rf"^(?:[^()]{{2,70}})?\(?(?<!\w)(?:{_NAMED})(?:[^()]{{0,20}}\)\s*[-–—:.]|\s*[-–—])")
_CREDIT = re.compile(
    rf"(?i:\b(?:reporting by|editing by|this (?:story|article|report) (?:was|is) (?:produced|provided|published) by|"
    rf"originally (?:published|appeared) (?:by|on)|"
    rf"contributed to this report|copyright \d{{4}}|©\s*(?:\d{{4}})?|mit material (?:von|der)|with (?:files|reporting|"
    rf"inputs?) from|avec))\s*(?:the\s+|der\s+|l')?(?:{_NAMED})\b"
)


def _found(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    return next((AGENCIES[int(name[1:])][0] for name, value in match.groupdict().items() if value), None)


def is_agency(name: str) -> bool:
    """Tell the name of an agency, and nothing else."""
    return _ALONE.fullmatch(name) is not None


def agency_named(text: str) -> str | None:
    """Return the agency that a byline or credit line consists of: "Reuters", "(dpa/lno)", "By The Associated Press"."""
    return _found(_WHOLE.match(text)) if len(text) <= 90 else None


def agency_in_opening(text: str) -> str | None:
    """Return the agency in the dateline of a first paragraph: "BERLIN (Reuters) - ..."."""
    return _found(_DATELINE.match(text[:120]))


def agency_in_credit(text: str) -> str | None:
    """Return the agency that a closing credit thanks: "(Reporting by ...)", "Copyright 2024 The Associated Press"."""
    return _found(_CREDIT.search(text)) if len(text) <= 500 else None
