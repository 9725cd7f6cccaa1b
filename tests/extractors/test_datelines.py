"""Where a story was filed, in the forms of agencies and papers of many countries; and what only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.records import Article, Block, Draft
from extractors.residue import clean

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REST = "the harbour council decided on Monday after a debate of four hours to list the old pear barns."


def read(*lines: str | Block, outlet: str = "quaypost.example", authors: tuple[str, ...] = ()) -> Article:
    blocks = tuple(line if isinstance(line, Block) else Block(line) for line in lines)
    url = "https://quaypost.example/a"
    return clean(Draft(url, url, outlet, blocks, NOW, title="Pear barns are listed", authors=authors))


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("PARIS, March 4 (Reuters) - The", "PARIS"),
        ("PARIS, 4 mars (Reuters) - The", "PARIS"),
        ("VANCOUVER, British Columbia, Jan. 11 (UPI) -- The", "VANCOUVER, British Columbia"),
        ("ST. JOSEPH, Mich. (AP) — The", "ST. JOSEPH, Mich."),
        ("LA CROSSE, Wis. (AP) — The", "LA CROSSE, Wis."),
        ("BUFFALO, N.Y. — The", "BUFFALO, N.Y."),
        ("WEST PALM BEACH — The", "WEST PALM BEACH"),
        ("ATLANTA -- The", "ATLANTA"),
        ("KHAN YOUNIS, GAZA — The", "KHAN YOUNIS, GAZA"),
        ("Berlin (dpa) - The", "Berlin"),
        ("Hamburg (dpa/lno) – The", "Hamburg"),
        ("Warendorf (fn-press). The", "Warendorf"),
        ("Hong Kong (CNN Business)The", "Hong Kong"),
        ("United Nations – The", "United Nations"),
        ("NEW DELHI: The", "NEW DELHI"),
        ("London: The", "London"),
        ("Berlin. The", "Berlin"),
        ("München/London – The", "München/London"),
        ("Santa Barbara, California—The", "Santa Barbara, California"),
        ("Düsseldorf, 22. November 2022 - The", "Düsseldorf"),
        ("Karlsruhe, (12.11.2021). The", "Karlsruhe"),
        ("Москва. 4 января. INTERFAX.RU - Совет", "Москва"),
        ("ЗАРЕЧЬЕ. Совет", "ЗАРЕЧЬЕ"),
    ],
)
def test_a_place_at_the_opening_is_the_dateline(opening: str, place: str) -> None:
    assert read(f"{opening} {REST}").dateline == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("新华社北京4月24日电 港口委员会星期一经过四个小时的辩论后决定保护老梨仓。", "北京"),
        ("中新网重庆1月17日电 (记者)港口委员会星期一经过四个小时的辩论后决定保护老梨仓。", "重庆"),
        ("【ワシントン=港太郎】港湾評議会は月曜日、四時間の議論の末に古い梨の納屋を保護することを決めた。", "ワシントン"),
        (
            "［ワシントン　４日　ロイター］港湾評議会は月曜日、四時間の議論の末に古い梨の納屋を保護することを決めた。",
            "ワシントン",
        ),
        ("(서울=연합뉴스) 항만 위원회는 월요일 네 시간의 토론 끝에 오래된 배 창고를 보존하기로 결정했다.", "서울"),
    ],
)
def test_scripts_without_spaces_have_forms_of_their_own(text: str, place: str) -> None:
    assert read(text).dateline == place


@pytest.mark.parametrize(
    "opening",
    [
        "Ada Quill (Greens) and",
        "The Pear Institute (PI) says that",
        "Ben Rook Jr. (England) said",
        "Mira Olt (USA/Ski alpin): The",
        "British Virgin Islands (BVI) Governor Ada Quill said",
        "CLAIM: Aldmoor's",
        "EXCLUSIVE — The",
        "DEAR ABBY: My",
        "Mr. Quill is",
        "Pears — they're late, and",
        "Wochenende. Regen. Mist. Der",
        "In short: The",
        "March 4 (Reuters) - The",
        "[Quay Finance] The",
        "[世华财讯]近日，",
    ],
)
def test_what_only_looks_like_a_dateline_is_none(opening: str) -> None:
    assert read(f"{opening} {REST}").dateline is None


def test_a_place_that_nobody_knows_needs_the_story_to_name_it() -> None:
    assert read(f"Obertann. The {REST}").dateline is None
    assert read(f"Obertann. The {REST}", "Growers had met twice in Obertann, and once by the lake.").dateline == "Obertann"


def test_the_dateline_stands_in_the_standfirst_or_below_it() -> None:
    standfirst = Block("Four hours of debate, and a promise of slates for every roof by spring.", role="dek")

    assert read(standfirst, f"LISBON (Reuters) - The {REST}").dateline == "LISBON"
    assert read(Block(f"Berlin. The {REST}", role="dek"), f"The {REST}").dateline == "Berlin"
    assert read("(Corrects the number of barns in the first paragraph)", f"LISBON (Reuters) - The {REST}").dateline == "LISBON"


@pytest.mark.parametrize(
    ("name", "outlet", "agency"),
    [
        ("Reuters", "quaypost.example", "Reuters"),
        ("Meridian", "quaypost.example", "Meridian"),
        ("Quay Post", "quaypost.example", None),
        ("KQAY", "quaypost.example", None),
        ("dpo", "quaypost.example", None),
    ],
)
def test_the_name_behind_the_place_is_the_agency_unless_it_is_the_outlets_own(name: str, outlet: str, agency: str | None) -> None:
    article = read(f"COPIAPÓ ({name}) — The {REST}", outlet=outlet)

    assert (article.dateline, article.agency) == ("COPIAPÓ", agency)


def test_an_agency_signs_alone_or_not_at_all() -> None:
    assert read(f"COPIAPÓ (Meridian) — The {REST}", authors=("Meridian", "Ada Quill")).authors == ("Ada Quill",)
    assert read(f"COPIAPÓ (Meridian) — The {REST}", authors=("Meridian",)).authors == ("Meridian",)
