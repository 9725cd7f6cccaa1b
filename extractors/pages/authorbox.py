"""A line from the box of an author in, the name in it out: boxes also hold links, buttons, counts, offices and dates.

Machines name authors in properties of their own; a line that readers see has to be told from what stands beside it. Of 1,715
pages 123 showed a name that no property has, most of them wording; hidden as long as a property speaks first.
"""

from __future__ import annotations

import re

from extractors.letters import CAPITAL

_BOX_WORDS = (
    # who does what with the author's page
    r"view|get|follow|subscribe|e-?mail|contact|learn|browse|submit|joined|skip|continue|enlarge|share|tweet|search|"
    r"heard on|archives?|rss|feed|bio|profile|website|publications|scholar|newsletters?|social links|insights|"
    r"facebook|twitter|instagram|linkedin|youtube|whatsapp|telegram|pinterest|"
    r"(?:see|read) (?:all|more|full|the)|(?:all|full|more|most recent|latest) (?:bio|posts?|articles?|stories|by)|"
    r"(?:last )?modified|reading time|time to read|in this|recent|comments?|articles?|stories|related|"
    r"advertis(?:ement|ing|er)|sponsored|text size|become a fan|disclosure|verified|exclusive|"
    # when, and how long
    r"updated?|published|posted|written|authored|reviewed|edited|translated|fact[- ]checked|ago|minutes?|min read|"
    r"folgen|abonnieren|profil|autorenseite|kategorien?|aktualisiert|veröffentlicht|geschrieben|übersetzt|artikel|beiträge|"
    r"kommentare|teilen|anzeige|lesezeit|fotos?|alle storys|weitere informationen|mehr (?:zum|dazu|lesen)|"
    r"suivre|abonnez|voir|lire|publié|mis à jour|écrit|traduit|commentaires|partager|temps de lecture|photos?|"
    r"tiempo de lectura|seguir|leer|publicad[oa]|actualizad[oa]|escrito|artículos|comentarios|compartir|perfil|"
    r"cortesía|fotografía|"
    r"segui|leggi|pubblicato|aggiornato|scritto|articoli|commenti|condividi|profilo|"
    r"leia|siga|atualizado|compartilhe|volg|lees|gepubliceerd|geplaatst|artikelen|reacties|"
    r"czytaj|udostępnij|opublikowano|aktualizacja|artykuły|komentarze|zdjęcie|fot|"
    r"читать|подробнее|подписаться|поделиться|опубликовано|обновлено|комментари[ийев]+|фото|опубліковано|оновлено|"
    r"διαβάστε|στείλτε|δημοσιεύτηκε|δημοσίευση|ενημέρωση|σχόλια|φωτογραφία|"
    r"följ|följa|publicerad|uppdaterad|følg|publisert|oppdatert|opdateret|udgivet|takip et|güncelleme|fotoğraf"
)
_FRONT = re.compile(
    r"(?:(?:written|authored|posted|published|view|see|all|more|other|posts|articles|stories|veröffentlicht|geschrieben|mehr|alle|"
    r"weitere|artikel|beiträge|publié|écrit|voir|tous|les|publicado|escrito|ver|todos|los|más|artículos|scritto|pubblicato|"
    r"geplaatst) ){1,5}(?:by|from|von|par|de|por|da|door) (?=\S)",
    re.IGNORECASE,
)
"""A link to all that somebody wrote names who that is."""
_SENTENCE = re.compile(
    r"(?<!['’\w])(?:is|was|are|has|have|this|your|our|who|which|ist|sind|hat|haben|war|sein|wird|est|sont|était|por qué|"
    r"fue|sono|stato|jest|είναι)(?!['’\w])",
)
"""A line about somebody; who it is about has a line of his own."""
_FROM_BOX_WORD = re.compile(rf"(?<!['’\w])(?:{_BOX_WORDS})(?!['’\w]).*$", re.IGNORECASE | re.DOTALL)
_GLUED = re.compile(
    r"(?<=[a-zà-öø-ÿ])(?=(?:Published|Updated|Posted|Last|Sponsored|Follow|Contact|Email|Twitter|Facebook|Share|"
    r"Veröffentlicht|Aktualisiert|Publié|Mis à jour|Publicado|Actualizado)(?![a-zà-öø-ÿ]))"
)
"""Markup parts what the text does not: <span>Jane Doe</span><span>Published</span>."""
_COUNT_BEHIND = re.compile(r"(?<=\s)(?P<name>\S*[^\W\d_])\d{1,2}$|\s\d{1,4}$")
"""The number of a footnote, or of comments; that of a login, a single word, is its own."""
_EDGES = " \t,;:·•⋅|(–—-"
_HANGING = re.compile(
    r"(?:\s(?:on|at|in|and|for|from|with|of|the|by|und|am|mit|von|et|le|avec|par|y|el|con|por|e|il|i|og|och|en|και|и)|[,&+])+$",
    re.IGNORECASE,
)
_AT = re.compile(rf"\s(?:at|@)\s[{CAPITAL}].*$")
"""Where somebody works."""
_OFFICES = (
    r"(?:correspondent|columnist|commentator|blogger|reporter|writer|editor|reviewer|engineer|expert|director|consultant|producer|critic|contributor|"
    r"journalist|fellow|analyst|researcher|manager|attorney|lawyer|officer|photographer|"
    r"korrespondent(?:in)?|redakteur(?:in)?|autor(?:in)?|journaliste|correspondante?|redactora?|periodista|giornalista|"
    r"repórter|redatora?|editora?(?:[- ]\w+)?|jornalista|colunista|columnista|correspondente|corresponsal|"
    r"enviad[oa](?: especial)?|corrispondente|inviat[oa]|redattore|redattrice|verslaggever|redacteur|"
    r"redaktor(?:ka)?|dziennikar(?:z|ka)|корреспондент|редактор|журналист|обозреватель)s?"
)
_ADJECTIVES = (
    r"(?:senior|junior|chief|deputy|associate|assistant|managing|executive|contributing|staff|guest|lead|principal|former|expert|"
    r"trial|certified|head|special|freelance|national|political|business|sports?|foreign|city|crime|science|technology|education|"
    r"investigative|features?|culture|environment)"
)
_OFFICE = re.compile(rf"(?:[\w&'’-]+\s+)?{_OFFICES}|{_ADJECTIVES}\s+(?:[\w&'’-]+\s+){{0,3}}{_OFFICES}", re.IGNORECASE)
_OF_OUTLET = re.compile(
    r"(?!(?:Staff|News|Senior|City|Sports?|Political|Contributing|Special) )[A-Z]\w+ (?:Reporters|Correspondents|Writers)"
)
"""All who write for one: "Gazette Reporters"."""
_SENIOR = re.compile(rf"{_ADJECTIVES}\s", re.IGNORECASE)


def name_part(line: str) -> str:
    """Return what a line of an author's box has before the wording of the box; "": nothing but wording.

    "Jane Doe View profile", "Jane DoePublished" and "More by Jane Doe" are "Jane Doe"; "See full bio", "Updated by" and "Senior
    City Reporter" are "".
    """
    if _SENTENCE.search(line):
        return ""
    text = " ".join(line.split())
    if front := _FRONT.match(text):
        text = text[front.end() :]
    whole = _GLUED.sub(" ", text)
    text = _FROM_BOX_WORD.sub("", whole).strip(_EDGES)
    if text != whole.strip(_EDGES) and _HANGING.search(text):
        return ""  # a phrase: "Our picks from this week's newsletter"
    text = _AT.sub("", _HANGING.sub("", text)).strip(_EDGES)
    text = _HANGING.sub("", _COUNT_BEHIND.sub(lambda match: match["name"] or "", text)).strip(_EDGES)
    return "" if is_office(text) or not _has_capital(text) else text


def is_office(text: str) -> bool:
    """Tell an office from a name with an office behind it: "City Columnist", not "Jane Doe Columnist"."""
    return _OFFICE.fullmatch(text) is not None and _OF_OUTLET.fullmatch(text) is None


def begins_office(text: str) -> bool:
    """Tell what is left of an office without its noun: "Senior Politics"."""
    return _SENIOR.match(text) is not None


def _has_capital(text: str) -> bool:
    """Tell that several words in a script with capitals have one; a single word may be a login."""
    return " " not in text or text.lower() != text or text.title() == text
