"""A line of a page in, whether it only counts the page itself out: "1,234 views", "12 Kommentare", "3 hours ago". Pure."""

from __future__ import annotations

import re

COUNTER_WORDS = 6
"""A line of more words tells something, whatever they are."""

_NUMBERS = re.compile(
    r"\d+(?:[.,\u00a0\u202f' ]\d+)*\+?(?: ?(?:k|m|mio|mln|tsd|rb|jt|万|億|亿|тыс|млн)\b\.?)?"
    r"|[()|·•:/,.-]+"
)

_COUNTS = """
view views read reads reader readers comment comments share shares like likes reaction reactions reply replies follower followers
download downloads ago
aufrufe aufruf kommentar kommentare leser vor
vue vues commentaire commentaires partage partages lecture lectures il
visita visitas visualizaciones lecturas comentario comentarios compartidos hace
visualizzazioni letture commento commenti condivisioni fa
visualizações leituras comentário comentários compartilhamentos há
weergaven reactie reacties geleden
wyświetleń wyświetlenia komentarz komentarze komentarzy temu
просмотр просмотра просмотров комментарий комментария комментариев назад
visningar visning kommentarer delningar visninger delinger sedan siden
"""

_BESIDE = """
min mins minute minutes hour hours day days sec secs second seconds viewed shared liked times be the first to no yet
minuten stunde stunden tag tagen mal gelesen y a heure heures jour jours minuto minutos hora horas día días
ore ora minuti giorno giorni dia dias keer uur dagen godzin godziny minut dni час часа часов минут минуты дней timmar timer dagar
"""

_COUNTED, _ALLOWED = frozenset(_COUNTS.split()), frozenset(f"{_COUNTS} {_BESIDE}".split())


def is_counter(line: str) -> bool:
    """Tell a line in which a page counts itself.

    A number alone, or with any other word, is none: a death toll is told that way, a score, how long it takes to bake a cake.
    """
    if not any(map(str.isdigit, line)):
        return False
    words = _NUMBERS.sub(" ", line.casefold()).split()
    return len(words) <= COUNTER_WORDS and not _COUNTED.isdisjoint(words) and _ALLOWED.issuperset(words)
