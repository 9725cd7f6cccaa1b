"""The hard cases of copies, each in one small story: what must be found, and what must never be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.copies import decide
from extractors.copies.fingerprints import fingerprint_of
from extractors.ids import article_id_of
from extractors.records import Article, Candidates, Copy, Decisions
from tests.shared_data import shared

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)

LEAD = (
    "The harbour authority of Port Alder said on Tuesday that 14 of its 22 cranes had been stopped after engineers found "
    "cracks in the welds of two of them. Work on container ships will slow down for at least six weeks, its director Maren "
    "Holt told reporters."
)
QUOTE = (
    "“We would rather lose a season than a crew,” Holt said. The cracks were found during a routine inspection on Sunday, "
    "when a technician noticed a line of rust along the jib of crane number nine. The manufacturer, Osterkamp of Bremen, has "
    "sent a team of eleven to the port, which will stay until every weld has been tested with ultrasound."
)
BACKGROUND = (
    "Port Alder handles about 310,000 containers a year, a third of them for the car plants inland. It was built in 1968 on "
    "the site of a whaling station and was widened twice, in 1984 and in 2009. The union of dockers, which has some 1,900 "
    "members there, has warned of ageing machines for years and called a strike over them in March 2023."
)
FUTURE = (
    "Shipping companies were told to expect delays of three to five days. Some ships will be sent on to Vessing, 80 "
    "kilometres to the north, whose harbour has been half empty since the ferry line to Norden was given up. Freight rates "
    "on the coast rose by a tenth."
)
STORY = f"{LEAD}\n\n{QUOTE}\n\n{BACKGROUND}\n\n{FUTURE}"
HALF = f"{LEAD}\n\n{QUOTE}"

OTHER = (
    "A court in Lindow on Friday sentenced the former treasurer of the cycling federation, Paul Arendt, to four years in "
    "prison for diverting 2.3 million crowns meant for youth teams. The judge, Ruth Albers, called the case a theft from "
    "children.\n\nArendt, 58, had admitted to buying a flat and two boats with the money between 2016 and 2021. His lawyer "
    "said he would appeal against the length of the sentence, not against the verdict.\n\nThe federation has changed its "
    "rules since: payments above 5,000 crowns now need two signatures, and the books are open to every club. Its new "
    "president, Ines Kroll, said it would take years to win back the trust of parents."
)


def article(
    text: str = STORY,
    outlet: str = "a.example",
    *,
    name: str = "1",
    hours: float = 0,
    title: str | None = "Cranes stopped in Port Alder",
    agency: str | None = None,
) -> Article:
    url = f"https://{outlet}/{name}"
    seen = NOW + timedelta(hours=hours)
    words = len(text.split())
    return Article(
        article_id_of(url), url, url, outlet, text, seen, title=title, published_at=seen, agency=agency, word_count=words
    )


def decided(*batch: Article) -> Decisions:
    return decide(batch, [fingerprint_of(one) for one in batch], Candidates(), NOW)


def pair(one: str | Article, other: str | Article, **later: object) -> Copy | None:
    """Decide two articles of two outlets, an hour apart, and return what was found between them."""
    first = one if isinstance(one, Article) else article(one)
    second = other if isinstance(other, Article) else article(other, "b.example", hours=1)
    return next(iter(decided(first, replace(second, **later)).copies), None)  # type: ignore[arg-type]  # fields of Article


def kind(one: str | Article, other: str | Article, **later: object) -> str | None:
    found = pair(one, other, **later)
    return found.kind if found else None


def test_the_same_words_are_an_exact_copy() -> None:
    assert kind(STORY, STORY.upper().replace("“", '"')) == "exact"


def test_a_text_with_another_lead_and_a_footer_is_near() -> None:
    other = STORY.replace("said on Tuesday that", "announced that") + "\n\nReporting by our staff; editing by the desk."

    assert kind(STORY, other) == "near"


def test_the_first_half_alone_is_an_excerpt_and_the_whole_contains_it() -> None:
    assert kind(STORY, HALF) == "excerpt"
    assert kind(HALF, STORY) == "contains"


def test_a_text_with_other_numbers_is_a_revision_and_says_which() -> None:
    found = pair(article(), article(STORY.replace("14 of its", "17 of its").replace("1,900", "1,950"), name="2", hours=3))

    assert found is not None
    assert found.kind == "revision"
    assert found.differing_facts == ("14 -> 17", "1,900 -> 1,950 members")


def test_names_spelt_by_another_house_style_do_not_hide_a_copy() -> None:
    other = (
        STORY.replace("Port Alder", "Port Aulder")
        .replace("Maren", "Maarin")
        .replace("Holt", "Hollt")
        .replace("Tuesday", "Monday")
    )

    assert kind(STORY, other) in {"near", "revision"}


def test_the_evidence_is_a_sentence_an_analyst_can_use() -> None:
    wire, there = article(outlet="reuters.example"), "“Cranes stopped in Port Alder” (reuters.example, 2 h earlier)"
    later = STORY.replace("14 of its", "17 of its").replace("1,900", "1,950")

    told = {
        found.kind: found.evidence
        for text in (STORY, HALF, f"{STORY}\n\n{FUTURE}", later)
        if (found := pair(wire, article(text, "b.example", hours=2)))
    }

    assert told == {
        "exact": f"Word for word (all 221 words) the text of {there}.",
        "excerpt": f"100 % of this article (108 of 108 words, longest run 108) also appears in {there} and makes up 49 % of it; "
        "all 16 names and numbers compared agree.",
        "near": f"100 % of this article (270 of 270 words, longest run 221) also appears in {there}; all 45 names and numbers "
        "compared agree.",
        "revision": f"99 % of this article (219 of 221 words, longest run 142) also appears in {there}; differs: 14 → 17, 1,900 "
        "→ 1,950 members.",
    }


def test_the_evidence_of_a_longer_text_and_of_an_edge_says_what_it_is() -> None:
    whole = pair(article(HALF, "reuters.example"), article(STORY, "b.example", hours=2))
    edge = pair(article(OTHER, "reuters.example"), article(f"{STORY}\n\n{OTHER}", "b.example", hours=2, title="The day"))

    assert whole is not None
    assert edge is not None
    assert whole.evidence.startswith(
        "This article holds 100 % of “Cranes stopped in Port Alder” (reuters.example, 2 h earlier), "
    )
    assert edge.evidence.endswith("; not a copy: one part of a longer text that begins with another story.")


def test_two_stories_on_one_topic_are_no_copies() -> None:
    own = (
        "Cranes at Port Alder stand still: cracks were discovered in their welds. Maren Holt, who runs the harbour, speaks "
        "of six weeks of repairs and says safety goes first.\n\nDockers are angry. Their union had asked for new machines "
        "again and again, and feels that nobody listened. A meeting with the city's mayor is planned for Thursday.\n\nCar "
        "makers inland have parts for ten days."
    )

    assert not decided(article(), article(own, "b.example", hours=1)).memberships


@pytest.mark.parametrize("shared_part", [QUOTE, BACKGROUND], ids=["quote", "background"])
def test_a_shared_quote_or_background_ties_nothing(shared_part: str) -> None:
    one = f"{OTHER}\n\n{shared_part}"

    decisions = decided(article(), article(one, "b.example", hours=1, title="Treasurer sentenced"))

    assert not decisions.memberships
    assert {copy.kind for copy in decisions.copies} <= {"related"}


MARKET = (
    "Shares on the Lindow exchange closed {how} on {day}, with the main index {moving} {points} points, or {percent} percent, "
    "to end at {level}. Traders said volumes were thin ahead of the central bank's decision on interest rates later in the week."
    "\n\nShares of {winner} were the best performers of the day and rose {up} percent to {price}, while {loser} lost {down} "
    "percent. Of the 40 companies in the index {plus} gained and {minus} fell. The crown traded at {rate} to the dollar."
    "\n\nOn the bond market the yield of ten-year government paper stood at {yield_} percent, little changed from the day."
)
MONDAY = {
    "how": "higher", "day": "Monday", "moving": "gaining", "points": 31, "percent": 1.2, "level": 2614, "winner": "Hall Steel",
    "up": 4.1, "price": 88.2, "loser": "Nordbank", "down": 2.2, "plus": 27, "minus": 13, "rate": 7.31, "yield_": 3.02,
}  # fmt: skip
TUESDAY = {
    "how": "lower", "day": "Tuesday", "moving": "losing", "points": 18, "percent": 0.7, "level": 2596, "winner": "Lindow Water",
    "up": 1.9, "price": 41.7, "loser": "Hallmann Steel", "down": 3.6, "plus": 11, "minus": 29, "rate": 7.35, "yield_": 3.05,
}  # fmt: skip
QUAKE = (
    "A magnitude {size} earthquake struck {miles} kilometres {side} of {town} on {day} at a depth of {deep} kilometres, the "
    "geological service said. There were no immediate reports of damage or injuries, and no tsunami warning was "
    "issued.\n\nThe region lies on the edge of two plates and sees dozens of such quakes a year. People in {town} said that "
    "lamps were swinging and dishes fell from shelves, but that nobody had left the house.\n\nThe last strong quake there, "
    "of magnitude {last}, was in {year}."
)
QUAKES = (
    {"size": 5.1, "miles": 40, "side": "north", "town": "Arica", "day": "Friday", "deep": 33, "last": 6.8, "year": 1987},
    {"size": 5.6, "miles": 75, "side": "south", "town": "Talca", "day": "Sunday", "deep": 12, "last": 7.1, "year": 2001},
)


@pytest.mark.parametrize(
    ("one", "other"),
    [(MARKET.format(**MONDAY), MARKET.format(**TUESDAY)), (QUAKE.format(**QUAKES[0]), QUAKE.format(**QUAKES[1]))],
    ids=["market report", "earthquake"],
)
def test_a_template_filled_in_anew_is_another_story(one: str, other: str) -> None:
    for hours in (1, 24, 24 * 7):
        assert kind(article(one), article(other, "b.example", hours=hours)) in {None, "related"}
        assert kind(article(one), article(other, name="2", hours=hours)) in {None, "related"}


def test_a_template_filled_in_alike_is_a_copy() -> None:
    assert kind(MARKET.format(**MONDAY), "LINDOW (Wire) - " + MARKET.format(**MONDAY)) == "near"


def test_a_notice_that_an_outlet_repeats_is_related_only() -> None:
    again = article(name="2", hours=24 * 7)

    assert kind(article(), again) == "related"
    assert kind(article(), article(name="2", hours=2)) == "exact"


BRIEF = (
    "The central bank of Lindow left its main interest rate unchanged at 3.25 percent on Thursday, as expected by most "
    "economists. It said inflation, at 2.9 percent in October, would return to its goal of 2 percent by the middle of next "
    "year."
)


def test_a_brief_is_found_again_the_same_day_and_not_a_week_later() -> None:
    assert kind(BRIEF, BRIEF + " (Reporting by the Lindow office)") == "near"
    assert kind(article(BRIEF), article(BRIEF + " The board voted 5 to 2.", "b.example", hours=24 * 8)) in {None, "related"}


def test_a_brief_with_another_figure_is_another_story() -> None:
    other = BRIEF.replace("unchanged at 3.25", "higher at 3.50").replace("2.9", "3.4").replace("October", "November")

    assert kind(BRIEF, other) in {None, "related"}


def test_a_few_words_are_a_copy_under_the_same_title_only() -> None:
    line = "A man walks his dog in the rain in Port Alder on Tuesday."

    assert kind(line, line) == "exact"
    assert kind(line, line, title="Storm pictures of the week") is None


def test_a_stub_above_a_long_unknown_footer_is_an_excerpt() -> None:
    stub = f"{LEAD}\n\n" + (
        "This article is for subscribers. Choose the plan that suits you: read everything on every device, with a newsletter "
        "at six every morning and all puzzles, for one crown in the first month. You can cancel at any time. Already with "
        "us? Sign in. By signing up you agree to our terms, to our privacy notice and to the use of cookies as described "
        "there. Customers in Norden may ask for a paper copy. Our office is open on weekdays from nine to five; calls from "
        "mobile phones may cost more. "
    ) * 2  # fmt: skip

    assert kind(STORY, stub) == "excerpt"


def test_what_an_outlet_puts_under_every_article_ties_nothing() -> None:
    footer = (
        "Readers who find a mistake in this text may write to the corrections desk of the Harbour Post, which answers within "
        "two days and prints what was wrong on the second page. The Harbour Post is a member of the Press Council of Lindow."
    )
    mine = article(LEAD + "\n\n" + footer)
    theirs = article(OTHER[:250] + "\n\n" + footer, name="2", hours=1, title="Treasurer sentenced")

    assert not decided(mine, theirs).memberships


def test_a_text_pasted_together_from_two_stories_joins_neither() -> None:
    pasted = article(f"{STORY}\n\n{OTHER}", "c.example", hours=3, title="The day in brief")

    decisions = decided(article(), article(OTHER, "b.example", title="Treasurer sentenced"), pasted)

    assert not decisions.memberships
    assert [(copy.article_id, copy.kind) for copy in decisions.copies] == [(pasted.article_id, "related")] * 2


@pytest.mark.parametrize("order", [0, 1])
def test_a_live_blog_that_holds_a_whole_article_further_down_joins_nobody(order: int) -> None:
    post = "12:{:02d} Reporters on the spot see nothing new at crossing {}. Police ask drivers to keep away from gate {}.\n\n"
    blog = "".join(post.format(number, number + 40, number + 3) for number in range(12)) + OTHER
    batch = [article(blog, title="Live: storm on the coast"), article(OTHER, "b.example", hours=1, title="Treasurer sentenced")]

    assert not decided(*batch[:: -1 if order else 1]).memberships


CHINESE = (
    "阿尔德港务局周二表示，在工程师发现两台起重机焊缝出现裂纹后，该港二十二台起重机中的14台已经停用。港务局局长对记者说，集装"
    "箱船的装卸工作将至少放缓六周。她说，宁可失去一个季节，也不愿失去一名工人。裂纹是周日例行检查时发现的，当时一名技术人员注"
    "意到九号起重机的吊臂上有一道锈迹。制造商已派出11人的小组前往港口。阿尔德港每年处理约31万个集装箱，其中三分之一运往内陆的"
    "汽车厂。航运公司被告知将延误三至五天，部分船只将转往北面80公里处的港口。"
)
JAPANESE = (
    "アルダー港の港湾当局は火曜日、クレーン2台の溶接部に亀裂が見つかったため、22台のうち14台の運転を止めたと発表した。コンテ"
    "ナ船の荷役は少なくとも6週間にわたって遅れる見通しだと、局長が記者団に語った。局長は「作業員を失うくらいなら、ひと季節を"
    "失うほうがよい」と述べた。亀裂は日曜日の定期点検で見つかった。技術者が9号機の腕に沿ったさびの線に気づいたという。製造元"
    "は11人の班を港に送った。同港は年間およそ31万個のコンテナを扱い、その3分の1は内陸の自動車工場に向かう。"
)
THAI = (
    "การท่าเรืออัลเดอร์แถลงเมื่อวันอังคารว่าได้หยุดใช้ปั้นจั่น 14 ตัวจากทั้งหมด 22 ตัว "
    "หลังจากวิศวกรพบรอยร้าวที่แนวเชื่อมของปั้นจั่นสองตัว "
    "ผู้อำนวยการบอกผู้สื่อข่าวว่างานขนถ่ายตู้สินค้าจะช้าลงอย่างน้อยหกสัปดาห์ "
    "รอยร้าวถูกพบระหว่างการตรวจตามปกติเมื่อวันอาทิตย์ ช่างเทคนิคคนหนึ่งสังเกตเห็นแนวสนิมบนแขนของปั้นจั่นหมายเลข 9 "
    "บริษัทผู้ผลิตได้ส่งคณะ 11 คนไปที่ท่าเรือ ท่าเรือนี้รับตู้สินค้าปีละ 310,000 ตู้"
)
ARABIC = (
    "قالت سلطة ميناء ألدر يوم الثلاثاء إنها أوقفت 14 رافعة من أصل 22 بعد أن وجد مهندسون شقوقا في لحام اثنتين منها. وقالت "
    "مديرة الميناء للصحفيين إن العمل في سفن الحاويات سيتباطأ ستة أسابيع على الأقل. واكتشفت الشقوق خلال فحص دوري يوم الأحد "
    "عندما لاحظ فني خطا من الصدأ على ذراع الرافعة رقم 9. وأرسلت الشركة الصانعة فريقا من 11 شخصا إلى الميناء. ويستقبل الميناء "
    "نحو 310 آلاف حاوية في السنة يذهب ثلثها إلى مصانع السيارات في الداخل. وطلب من شركات الشحن أن تتوقع تأخيرا من ثلاثة إلى "
    "خمسة أيام."
)


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, THAI, ARABIC], ids=["zh", "ja", "th", "ar"])
def test_copies_are_found_in_every_script(text: str) -> None:
    assert kind(text, text[: len(text) * 3 // 5], title=None) == "excerpt"
    assert kind(text, text.replace(" ", "  ").replace("。", "．") + " 2026", title=None) in {"near", "exact"}


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, ARABIC], ids=["zh", "ja", "ar"])
def test_other_figures_in_every_script_are_told(text: str) -> None:
    found = pair(text, text.replace("14", "17"), title=None)

    assert found is not None
    assert [fact[:8] for fact in found.differing_facts] == ["14 -> 17"]


def test_an_all_capitals_wire_text_is_found() -> None:
    assert kind(HALF.upper(), STORY) == "contains"


def test_an_escaped_text_is_found() -> None:
    escaped = STORY.replace("“", "&amp;ldquo;").replace("”", "&amp;rdquo;").replace("\n\n", "&lt;/p&gt;\n\n&lt;p&gt;")

    assert kind(STORY, escaped) == "exact"


def test_the_two_seeds_are_no_copies() -> None:
    texts = [path.read_text("utf-8") for path in sorted(shared("seeds").glob("*.txt"))]

    assert not decided(article(texts[0]), article(texts[1], "b.example", hours=1)).copies


def test_the_many_copies_of_one_story_do_not_make_it_boilerplate() -> None:
    batch = [article(outlet=f"outlet{number}.example", hours=number / 10) for number in range(40)]

    decisions = decided(*batch)

    assert not decisions.crowded
    assert [cluster.size for cluster in decisions.clusters] == [40]
    assert {copy.original_id for copy in decisions.copies} == {batch[0].article_id}


@settings(max_examples=15, deadline=None)
@given(st.permutations([(STORY, 0), (STORY + " Wire.", 1), (LEAD + "\n\n" + QUOTE, 2), (OTHER, 3), (OTHER.upper(), 4)]))
def test_the_order_in_a_batch_does_not_matter(texts: list[tuple[str, int]]) -> None:
    batch = [article(text, f"o{number}.example", hours=number, title=None) for text, number in texts]

    decisions = decided(*batch)

    members = {member.article_id: member.cluster_id for member in decisions.memberships}
    ids = [article_id_of(f"https://o{number}.example/1") for number in range(5)]
    assert members == {ids[0]: ids[0], ids[1]: ids[0], ids[2]: ids[0], ids[3]: ids[3], ids[4]: ids[3]}


def test_an_article_decided_before_is_left_alone() -> None:
    batch = [article(), article(outlet="b.example", hours=1)]
    known = Candidates(placed=frozenset(one.article_id for one in batch))

    decisions = decide(batch, [fingerprint_of(one) for one in batch], known, NOW)

    assert decisions == Decisions()
