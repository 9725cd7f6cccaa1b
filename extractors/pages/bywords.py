"""How the languages of the press say who wrote a story, as parts of patterns: for lines that readers see and for properties."""

from __future__ import annotations

from typing import Final

BY: Final = (
    r"(?:by|von|vom|par|por|di|od|av|af|door|durch|nga|του|της|γράφ(?:ει|ουν)(?:\s[οη]ι?(?=\s))?|"
    r"автор(?:ы|ка)?|текст|пише|аутор|tekst[iy]?|autor(?:en|in|es|a|as|ka|zy|i|e|ii|us|s)?|avtor|auteure?s?|autrice|authors?|"
    r"redacción|κείμενο|συντάκτης|írta|piše|pisze|píše|napisał[ay]?|napísala?|napsala?|napisala?|kirjutas|"
    r"oleh(?=\s*[:：]|\s+\S+\s+\S)|โดย|บทความโดย|بقلم|מאת)"
)
"""What the name follows on at once. "Oleh" is a name itself, and an Indonesian "by" before whole ones."""

WROTE: Final = (
    r"(?:written|writing|authored|recipe|posted|published|reported|reporting|review(?:ed)?|story|stories|"
    r"analysis|opinion|commentary|words|text|essay|(?:\w+ )?column|interview|posted on|"
    r"erstellt|verfasst|veröffentlicht|geschrieben|eingestellt|gepostet|(?:ein|eine) \w+|"
    r"(?:gast)?(?:beitrag|kommentar|artikel)|analyse|reportage|kolumne|"
    r"publié|posté|écrit|(?:un )?(?:article|texte)|propos recueillis|chronique|tribune|entretien|"
    r"escrito|publicado|firmado|texto|opinión|análisis|crónica|scritto|pubblicato|commento|geplaatst|geschreven|skrevet|skriven|"
    r"shkruar|ditulis|dipublikasikan)"
)
"""What may stand before such a word."""

LABELS: Final = (
    r"(?:text|texte|texto|testo|tekst[iy]?|autor(?:in|en|es|ka|zy|i|e|ii|us|s)?|autorin/autor|auteure?s?|autrice|authors?|avtor|"
    r"written by|автор(?:ка|и|ы)?|аутор|текст|szerző|yazar|yazan|haber|penulis|skribent|kirjoittaja|tekijä|teksts|tekstas|"
    r"autorė|parengė|redatto da|tác giả|लेखक|লেখক|প্রতিবেদক|ผู้เขียน|الكاتب|كتب|كتبت|نویسنده|تحریر|כתב|ავტორი)"
)
"""What stands before a colon, or in an element of its own, the name behind it."""

AND: Final = r"(?:and|und|et|y|e|i|og|och|en|και|и|(?-i:ve|ja|și|dan|і|та))"
"""Between the last two of several names; some of these begin names, too, where they are not written small."""
