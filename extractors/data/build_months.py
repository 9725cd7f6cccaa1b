# /// script
# requires-python = ">=3.11"
# dependencies = ["babel==2.18.0"]
# ///
"""Unicode's names of the months (CLDR, by way of Babel) -> months.tsv.

Run by hand: `uv run extractors/data/build_months.py`. Read from a table of 20 kB rather than from Babel, which takes .15 s for so
many languages. A test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale

LANGUAGES = [
    "en", "de", "fr", "es", "it", "pt", "pl", "ru", "el", "nl", "cs", "tr", "sv", "nb", "da", "fi", "sk", "hu",
    "ro", "bg", "uk", "sr", "hr", "bs", "sl", "mk", "sq", "lt", "lv", "et", "is", "ca", "gl", "eu", "ga", "cy",
    "id", "ms", "fil", "sw", "vi", "th", "ar", "fa", "he", "hi", "ur", "bn", "mr", "ta", "te", "ml", "gu", "kn",
    "pa", "ne", "si", "ka", "hy", "az", "kk", "uz", "ky", "mn", "be", "af",
]  # fmt: skip
"""Of the press; where two call different months alike ("listopada"), the one that stands first counts."""
NAMES = (("format", "wide"), ("stand-alone", "wide"), ("format", "abbreviated"), ("stand-alone", "abbreviated"))
MIN_CHARS = 3
"""Of a name in letters of Europe; in others two may be a whole word."""
HEADER = """# Built by build_months.py from the Unicode CLDR (https://cldr.unicode.org, Unicode License v3).
# One row a name: number of the month, name in small letters without its mark of abbreviation, languages.
"""


def folded(name: str) -> str:
    """Write a name as lines are compared: small, without the marks of an abbreviation."""
    return name.casefold().strip(" .॰׳'’").replace("\u0654", "")


def rows() -> list[tuple[int, str, list[str]]]:
    """List month, name and languages, by month and by the order of the languages."""
    found: dict[tuple[str, int], list[str]] = {}
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for context, width in NAMES:
            for number, name in months[context][width].items():
                said = folded(name)
                if len(said) >= (MIN_CHARS if said[:1] < "\u0590" else 2) and not any(
                    char.isdigit() or char.isspace() for char in said
                ):
                    languages = found.setdefault((said, number), [])
                    languages += [language] if language not in languages else []
    taken: dict[str, int] = {}
    for said, number in sorted(found, key=lambda key: LANGUAGES.index(found[key][0])):
        taken.setdefault(said, number)
    return sorted((number, said, found[said, number]) for said, number in taken.items())


def main() -> None:
    """Write months.tsv beside this file."""
    lines = "".join(f"{number}\t{said}\t{' '.join(languages)}\n" for number, said, languages in rows())
    Path(__file__).with_name("months.tsv").write_text(HEADER + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
