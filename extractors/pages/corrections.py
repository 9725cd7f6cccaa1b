"""How outlets begin what they say of their own changes, and of where a text was published before."""

from __future__ import annotations

import re

IS_CORRECTION = re.compile(
    r"\W*(?:(?:editors?['’]?s?['’]? note\W+)?(?:this|an earlier|a previous|the) "
    r"(?:story|article|post|piece|report|version)\b.{0,60}"
    r"\b(?:updated|corrected|amended|clarified|revised|misstated|misidentified|incorrectly|"
    r"originally (?:said|stated|gave|identified|listed|reported))|"
    r"(?:updated?|corrections?|clarifications?|korrektur|berichtigung|aktualisierung|rectificati(?:f|on)|mise à jour|corrección|"
    r"actualización|aggiornamento|sprostowanie|исправление|обновлено)\b.{0,40}?[:–—-])",
    re.IGNORECASE,
)
"""What an outlet says of its own changes is part of the story, and the first thing that a reader of corrections looks for."""

IS_PROVENANCE = re.compile(
    r"\W*(?:(?:this|the) (?:article|story|post|piece|essay|column|interview|report)(?: \w+)? )?(?:was |has been |is |had )?"
    r"(?:(?:originally|first) )?(?:published|appeared|adapted|reproduced|republished|translated)(?: originally)? "
    r"(?:on|in|by|at|from) \w\D{1,160}$",
    re.IGNORECASE,
)
"""Where a text came from is said with it; the day and hour it first appeared are a field of their own."""
