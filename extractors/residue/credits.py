"""A line in, whether it reads like a picture's caption or credit out."""

from __future__ import annotations

import re

from extractors.pages.agencies import agency_named

MAX_CAPTION_CHARS = 600

_CREDIT_NAMES = (
    r"getty(?: images)?|reuters|AP(?: photo)?|AFP|dpa|epa|shutterstock|imago|alamy|istock|unsplash|pexels|pixabay|freepik|"
    r"bloomberg|xinhua|"
    r"anadolu|picture[- ]alliance|zuma|sipa|keystone|apa|ANSA|EFE|PA(?: wire| media)?|NASA|wikimedia|instagram|youtube|"
    r"screenshot|"
    r"associated press|handout|courtesy|file photo|via AP|pool|photo|foto|photograph|netflix|disney|warner|hbo"
)
_CREDIT_MARK = re.compile(
    r"(?:^|[\s(\[|/—–-])(?:photo(?:graph)?s?(?: credits?| by| courtesy| illustration| via|:)|image(?:s)?(?: credits?|"
    r" courtesy| source| via|:)|picture:|pic:|credits?:|"
    r"fotos?(?:quelle|grafía| de)?:|foto(?:s)? |bild(?:er|quelle|rechte|nachweis)?:|quelle:|©|crédits?(?: photo)?s? ?:|"
    r"crédito:|photo ?:|"
    r"фото:|fot\.|zdj\.|φωτο(?:γραφία)?:|摄影|摄(?:$|[)）])|图(?:源|片来源|/|:|：)|写真:|ảnh:)",
    re.IGNORECASE,
)
_CREDIT_TAIL = re.compile(
    rf"(?:[(\[|/]\s*|\bvia\s+)(?:[^()\[\]|]{{0,60}}[\s/|,-])?(?:{_CREDIT_NAMES})(?:[\s/|,-][^()\[\]|]{{0,60}})?[)\]]?\.?$|"
    rf"(?<=\s)[–—-]\s*(?:[^()\[\]|]{{0,25}}[\s/|,-])?(?:{_CREDIT_NAMES})(?:[\s/|,-][^()\[\]|]{{0,20}})?\.?$",
    re.IGNORECASE,
)
_AGENCY_PHOTO = re.compile(
    r"\((?:AP|AFP|EPA|Reuters|EFE|ANSA|dpa|PA|Xinhua)\b[^()]{0,60}\)\s*$|\b(?:AP|AFP|EPA|PA) Photo\b|\bREUTERS/[A-Z]|"
    r"\b(?:AFP|AP|EPA)(?:/[A-Z]|-[A-Z]\w{2,20}\W*$)"
)
_COPYRIGHT = re.compile(r"^\W*(?:©|copyright)\W*(?:\d|by\b)|rights reserved", re.IGNORECASE)
_VIA = re.compile(r"^(?i:via|immagine di|imagen de|image by|bild von) [A-ZÀ-Þ]")
_PHOTO_OPENING = re.compile(
    r"^(?:in this (?:[\w., ]{0,30}, )?(?:pool |file |undated |handout |aerial |screen ?grab |image )*"
    r"(?:photo(?:graph)?|image|picture|frame grab|handout|screenshot)|"
    r"file(?: photo| -| –)|pictured[:,]|(?:from left|clockwise)[,: ]|a (?:file )?(?:photo|screenshot|still) (?:of|from|shows)|"
    r"auf diesem (?:bild|foto)|dans cette (?:photo|image)|en esta (?:foto|imagen)|на (?:этой )?(?:фото|снимке)|资料图|图为)",
    re.IGNORECASE,
)


def is_caption(text: str) -> bool:
    """Tell whether a line reads like a picture's caption or credit."""
    if len(text) > MAX_CAPTION_CHARS or _COPYRIGHT.search(text) or agency_named(text):
        return False
    if _PHOTO_OPENING.match(text) or _AGENCY_PHOTO.search(text):
        return True
    if len(text) <= 60 and (_CREDIT_MARK.search(text) or _VIA.match(text)):
        return True
    if len(text) <= 220 and _CREDIT_TAIL.search(text):
        return True
    return len(text) <= 350 and _CREDIT_MARK.search(text[-90:]) is not None
