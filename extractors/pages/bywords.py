"""How the languages of the press say who wrote a story, as parts of patterns: for lines that readers see and for properties."""

from __future__ import annotations

from typing import Final

from extractors.letters import CAPITAL

_PLACES_OF_DI = "Tengah|Depan|Balik|Hadapan|Bawah|Atas|Dalam|Luar|Era|Sini|Antara|Indonesia|Jakarta|Malaysia"
BY: Final = (
    rf"(?:by|von|vom|par|por|di(?!\s(?:{_PLACES_OF_DI})\b)|od|av|af|door|nga|του|της|γρ[άα]φ(?:ει|ουν)(?:\s[οη]ι?(?=\s))?|"
    r"пише|пишуть|írta|piš[eu]|pisze|píše|napisał[ay]?|napísala?|napsala?|napisa(?:o|la)?|kirjutas|scritto da|pubblicato da|"
    r"redatto da|firmato da|a cura di|servizio di|scris de|publicat de|postat de|подготовил[аи]?|підготува(?:в|ла)|"
    r"oleh(?=\s*[:：]|\s+\S+\s+\S)|โดย|บทความโดย|بقلم|מאת)"
)
"""What the name follows on at once. "Oleh" is a name, and an Indonesian "by" before whole ones; "di" is Indonesian for "in"."""

_OR_SHE = r"(?:[:*_/·]-?(?:in(?:nen)?|e)|\((?:e?s|as?|in|e)\))?"
"""Of either sex: "Autor:in", "Auteur(s)"."""
_OF_THE_TEXT = r"(?:\s(?:статьи|текста|материала|статті|тексту|матеріалу|на статията|článku|textu|tekstu|artykułu))?"
NOUNS: Final = (
    rf"(?:autorin/autor|autor(?:ius|innen|ica|ice|iai|ele|en|in|es|ka|zy|ii|as|a|i|e|s|ė)?{_OR_SHE}{_OF_THE_TEXT}|avtor(?:ica)?|"
    rf"auteure?s?{_OR_SHE}|autrices?|authors?|автор(?:ка|ами|ы|и|а)?{_OF_THE_TEXT}|аутор|redacción|συντ[άα]κτ(?:ης|ρια)|κε[ίι]μενο)"
)
"""Who wrote, as a noun: before a colon, or before whole names and nothing else."""

TEXT: Final = r"(?:text|texte|texto|testo|tekst[iy]?|teksts|tekstas|текст)"
"""As NOUNS; alone in a line it may be a button as well."""

_FILMED = r"(?:fotos?|foto['’]s|photos?|bild(?:er)?|bilde|billeder|kuvat|zdjęcia|imagens|imágenes|фото|video|interview)"
TEXT_AND_PHOTO: Final = rf"(?:{TEXT}|words)\s*(?:und|and|et|&|\+|,|og|och|en|e|y|i|a|ja|и|і|та)\s*{_FILMED}(?=\s*[:：])"
"""Whoever did both, "Tekst og foto:"."""

WROTE: Final = (
    r"(?:written|writing|authored|recipe|posted|published|reported|reporting|review(?:ed)?|story|stories|"
    r"analysis|opinion|commentary|words|text|essay|(?:\w+ )?column|interview|posted on|"
    r"erstellt|verfasst|veröffentlicht|geschrieben|eingestellt|gepostet|aufgezeichnet|protokolliert|zusammengestellt|"
    r"eine? \w*(?:beitrag|kommentar|artikel|bericht|essay|analyse|reportage|kolumne|glosse|interview|porträt|rezension|kritik|"
    r"text)|"
    r"(?:gast)?(?:beitrag|kommentar|artikel)|analyse|reportage|reportagem|kolumne|"
    r"publiée?|posté|écrite?|rédigée?|(?:un )?(?:article|texte)|propos recueillis|chronique|tribune|entretien|"
    r"escrit[oa]|publicad[oa]|redactado|elaborado|postado|firmado|texto|opinión|análisis|crónica|articolo|editoriale|recensione|"
    r"commento|geplaatst|geschreven|skrevet|skriven|skrivet|publicerad|publisert|shkruar|ditulis|dipublikasikan)"
)
"""What may stand before such a word."""

_MORE_LABELS = (
    r"(?:written by|szerző|yazar|yazan|haber|muhabir|penulis|pewarta|wartawan|skribent|författare|journalist|novinar|"
    r"kirjoittaja|kirjoittanut|toimittaja|tekijä|parengė|opracował[ay]?|журналіст|tác giả|लेखक|লেখক|প্রতিবেদক|ผู้เขียน|الكاتب|كتب|"
    r"كتبت|إعداد|نویسنده|نوشته|به قلم|خبرنگار|تحریر|כתב|ავტორი|撰文)"
)
LABELS: Final = rf"(?:{TEXT}|{NOUNS}|{_MORE_LABELS})"
"""What stands before a colon, the name behind it."""

LABELS_ALONE: Final = (
    r"(?:written by|szerző|yazar|yazan|penulis|skribent|författare|kirjoittaja|tác giả|लेखक|লেখক|ผู้เขียน|الكاتب|نویسنده)"
)
"""What may stand in an element of its own as well, without a colon; others are sections and buttons there, too."""

_SMALL_AND = "et|y|e|i|og|och|en|και|и|ve|ja|și|dan|і|та|és|dhe|oraz|và"
AND: Final = rf"(?:and|und|(?-i:{_SMALL_AND})|(?-i:(?<=[{CAPITAL}][{CAPITAL}]\s)(?:Y|E|I|ET|И)(?=\s[{CAPITAL}][{CAPITAL}])))"
"""Between the last two of several names: written small, else "Michael E Mann" were two; large between names all in capitals."""
