"""What names, quotations and their steps know of language: the pinned models, known names, common words, restored case.

A leaf: the rooms `entities`, `names` and `quotes` stand on it, and it on none of them.
"""

from extractors.nlp.models import DEFAULT_MODEL, PINNED, LanguageModel, Reading, load_model

__all__ = ["DEFAULT_MODEL", "PINNED", "LanguageModel", "Reading", "load_model"]
