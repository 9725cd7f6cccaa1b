"""What is written to a pattern: the same words around other facts are another story, whichever desk fills them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from extractors.copies import decide
from extractors.copies.fingerprints import fingerprint_of
from extractors.ids import article_id_of
from extractors.records import Article, Candidates, Decisions

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)

WEATHER = (
    "{town} can expect {sky} on {day}, with a high of {high} degrees in the afternoon and a low of {low} towards "
    "morning, the weather service said. The chance of rain is {rain} percent.\n\nWinds will blow from the {side} "
    "at {wind} to {gust} kilometres an hour. Temperatures will stay near the average of the season until the end "
    "of the week, and the ultraviolet index is {index}. Drivers are asked to mind fog in the valleys and on the "
    "coast road during the night and in the early hours of the morning."
)
MATCH = (
    "{home} beat {away} {score} at {ground} on {day} to move up to {place} in the table. {scorer} opened the "
    "scoring in the {minute} minute from a free kick, and {other} made sure of the points before the break.\n\n“We "
    "showed character today and the fans were behind us from the first minute to the last,” {home} coach {coach} "
    "said. The visitors had more of the ball in the second half but made nothing of it. {home} play away next "
    "week, while {away} meet the leaders at home. Attendance was {crowd}."
)
OBITUARY = (
    "{name}, who {did}, has died at the age of {age}, the family said on {day}. {short} died at home in {town} "
    "after a long illness, surrounded by the family.\n\nBorn in {birth} in {born}, {short} studied at the "
    "conservatory and joined the theatre there in {year}. Colleagues remembered a generous teacher and a sharp "
    "tongue. A private funeral will be held in the coming days; the family asks that donations be made to the "
    "hospice instead of flowers. A memorial will be held at the town hall at a later date."
)
BOND = (
    "{firm} is issuing a {size} million crown bond due {due}, paying {rate} percent and priced at {price}, lead "
    "manager Norden Capital said. The bond cannot be called and is available in denominations of 1,000 and 10,000 "
    "crowns. It will be listed in Lindow.\n\nThe selling concession is one percent, while management and "
    "underwriting combined pay half a percent. Payment is on {paid}. {why}"
)
RESULTS = (
    "{firm} said on {day} its net profit {moved} to {net} million crowns in the {quarter} quarter from {was} "
    "million a year earlier, on sales of {sales} million. Earnings per share came to {eps} crowns.\n\nAnalysts "
    "polled by the exchange had expected {expected} million. The company kept its outlook for the full year and "
    "said demand remained uncertain. Its shares {traded} {percent} percent in early trading in Lindow. The board "
    "will propose a dividend at the annual meeting in spring, as it did in the years before."
)


def _filled(**facts: object) -> dict[str, object]:
    return facts


FILLINGS = {
    WEATHER: (
        _filled(town="Port Alder", sky="showers", day="Monday", high=11, low=4, rain=70, side="west", wind=20, gust=45,
             index="low"),
        _filled(town="Vessing", sky="sunshine", day="Tuesday", high=17, low=8, rain=5, side="south", wind=8, gust=14,
             index="high"),
    ),
    MATCH: (
        _filled(home="Norden", away="Vessing", score="2-0", ground="Quay Park", day="Saturday", place="fourth",
             scorer="Timo Brandt",
             minute="12th", other="Ilja Kern", coach="Per Holm", crowd="9,214"),
        _filled(home="Lindow", away="Alder", score="3-1", ground="Mill Lane", day="Sunday", place="second", scorer="Joao Pires",
             minute="31st", other="Sam Ode", coach="Ruth Falk", crowd="12,870"),
    ),
    OBITUARY: (
        _filled(name="Clara Voss", did="sang at the opera of Lindow for three decades", age=88, day="Monday", short="Voss",
             town="Norden", birth="Vessing", born=1938, year=1961),
        _filled(name="Emil Rask", did="directed the summer plays of Alder", age=79, day="Thursday", short="Rask", town="Alder",
             birth="Lindow", born=1947, year=1972),
    ),
    BOND: (
        _filled(firm="Vessing Landesbank", size=50, due="April 2, 2031", rate="4.5", price="101.5", paid="April 2",
             why="It is the bank's first issue of the year."),
        _filled(firm="Norden Rail Finance", size=50, due="April 3, 2030", rate="4.75", price="101.3", paid="April 3",
             why="The proceeds pay for nine trains."),
    ),
    RESULTS: (
        _filled(firm="Hall Steel", day="Tuesday", moved="rose", net=41, quarter="third", was=33, sales=812, eps="1.12",
             expected=39,
             traded="gained", percent="2.4"),
        _filled(firm="Lindow Water", day="Wednesday", moved="fell", net=18, quarter="second", was=26, sales=305, eps="0.44",
             expected=21,
             traded="lost", percent="3.1"),
    ),
}  # fmt: skip


def article(text: str, outlet: str, title: str, *, hours: float = 0) -> Article:
    url, seen = f"https://{outlet}/{article_id_of(title + str(hours))}", NOW + timedelta(hours=hours)
    words = len(text.split())
    return Article(article_id_of(url), url, url, outlet, text, seen, title=title, published_at=seen, word_count=words)


def decided(*batch: Article) -> Decisions:
    return decide(batch, [fingerprint_of(one) for one in batch], Candidates(), NOW)


@pytest.mark.parametrize("other_outlet", ["wire.example", "post.example"], ids=["same outlet", "two outlets"])
@pytest.mark.parametrize("pattern", FILLINGS, ids=["weather", "match", "obituary", "bond", "results"])
def test_a_pattern_filled_in_anew_ties_nothing(pattern: str, other_outlet: str) -> None:
    one, other = FILLINGS[pattern]
    first = article(pattern.format(**one), "wire.example", "The first of its kind")

    for hours in (0.2, 5, 26, 24 * 7):
        second = article(pattern.format(**other), other_outlet, "And another", hours=hours)

        assert not decided(first, second).memberships


@pytest.mark.parametrize("pattern", FILLINGS, ids=["weather", "match", "obituary", "bond", "results"])
def test_one_filling_in_two_outlets_is_a_copy(pattern: str) -> None:
    text = pattern.format(**FILLINGS[pattern][0])

    decisions = decided(
        article(text, "wire.example", "As the wire has it"),
        article(f"NORDEN (Wire) - {text}", "post.example", "As the post has it", hours=1),
    )

    assert [copy.kind for copy in decisions.copies] == ["near"]


@pytest.mark.parametrize("pattern", FILLINGS, ids=["weather", "match", "obituary", "bond", "results"])
def test_a_dozen_fillings_in_a_row_are_boilerplate_and_still_copied_only_alike(pattern: str) -> None:
    one, other = FILLINGS[pattern]
    days = [
        article(pattern.format(**{**other, "day": f"day {number}", "town": f"Town{number}", "firm": f"Firm{number}"} | {
            name: f"{number}{value}" for name, value in other.items() if isinstance(value, int)
        }), "wire.example", f"Number {number}", hours=number)
        for number in range(12)
    ]  # fmt: skip
    last = article(pattern.format(**one), "wire.example", "The last", hours=20)
    copy = replace(article(pattern.format(**one), "post.example", "The last", hours=21))

    decisions = decided(*days, last, copy)

    assert {(pair.article_id, pair.kind) for pair in decisions.copies if pair.original_id == last.article_id} >= {
        (copy.article_id, "exact")
    }
    assert last.article_id not in {pair.article_id for pair in decisions.copies if pair.kind != "related"}


CAPTIONS = (
    "Cranes stand still in the harbour of Port Alder.\n\nPhoto: Ida Lund\n\nMaren Holt speaks to reporters. Photo: Ida Lund"
)


def test_a_text_of_captions_only_is_a_copy_under_the_same_title_only() -> None:
    gallery = article(CAPTIONS, "wire.example", "Cranes stopped: pictures")

    again = decided(gallery, article(CAPTIONS, "post.example", "Cranes stopped: pictures", hours=1))
    elsewhere = decided(gallery, article(CAPTIONS + "\n\nPhoto: Ida Lund", "post.example", "Week in pictures", hours=1))

    assert [copy.kind for copy in again.copies] == ["exact"]
    assert not elsewhere.memberships


STATEMENT = (
    "“We have known for years that these machines were old, and for years we were told to wait. Today we stop "
    "waiting: no crew of mine will work under a boom that may come down, and no contract is worth a life. Whoever "
    "wants his containers can send us new cranes,”"
)


def test_two_reporters_who_heard_one_statement_wrote_two_stories() -> None:
    one = (
        "Dockers in Port Alder walked off the quay at noon after engineers found cracks in two cranes. About 400 "
        "people gathered at gate three, where the head of their union, Jonas Wiik, climbed onto a "
        f"truck.\n\n{STATEMENT} Wiik said to long applause.\n\nThe port's director, Maren Holt, offered talks for "
        "the same evening and promised full pay for everybody sent home."
    )
    other = (
        "Trade in Port Alder has come to a halt. Two cracked cranes led to a walkout that may cost shippers 3 "
        f"million crowns a day, insurers say.\n\n{STATEMENT} the union's Jonas Wiik told 400 dockers at gate "
        "three.\n\nCar plants inland have parts for ten days. Maren Holt, who runs the port, wants to meet the "
        "union tonight; the price of freight to Norden rose by a tenth."
    )

    decisions = decided(
        article(one, "wire.example", "Dockers walk out"), article(other, "post.example", "Walkout halts trade", hours=1)
    )

    assert not decisions.memberships


def test_a_text_pasted_together_before_its_two_stories_never_makes_them_one() -> None:
    match, results = MATCH.format(**FILLINGS[MATCH][0]), RESULTS.format(**FILLINGS[RESULTS][0])
    pasted = article(f"{match}\n\n{results}", "digest.example", "The day in brief")

    decisions = decided(
        pasted,
        article(match, "wire.example", "Norden beat Vessing", hours=1),
        article(results, "post.example", "Hall Steel earns more", hours=2),
    )

    cluster_of = {member.article_id: member.cluster_id for member in decisions.memberships}
    stories = [article_id_of(f"https://wire.example/{article_id_of('Norden beat Vessing1')}")]
    stories += [article_id_of(f"https://post.example/{article_id_of('Hall Steel earns more2')}")]
    assert cluster_of.get(stories[0], 1) != cluster_of.get(stories[1], 2)
    assert stories[1] not in cluster_of
