"""Comparison -> Verdict: copy or not, and of which kind. Every threshold stands here, with what it was measured on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from extractors.copies.fingerprints import dated_at
from extractors.copies.tokens import tokens_of
from extractors.copies.verify import GAP_TOKENS, LEAD_TOKENS, Comparison, Side
from extractors.records import Article

LONG_TOKENS = 70
SHORT_TOKENS = 25
"""Shorter texts say too little: only the same words under the same title are a copy."""
MAX_CONFLICTS_PER_HUNDRED = 3.0
"""Places with differing facts per 100 shared words. Copies and updates: 1.9 at the 99.5th percentile; templates: median 5."""
SERIES_AGREEMENT = 0.97
LATE_AGREEMENT = 0.75
SAME_EDITION = timedelta(hours=12)
"""An outlet's daily series keeps its title and its opening from day to day."""
SERIES_GAP = timedelta(days=3)
"""True copies of real wires lie 0 days apart (30 of 39), 1 (8) or 2 (1); templates mostly more than 3."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pair is. `is_copy` false with a kind: an edge that is worth keeping and ties nothing."""

    is_copy: bool
    kind: str | None = None  # of Copy.kind; None: nothing to say
    score: float = 0.0
    why: str = ""
    is_pasted_in: bool = False  # a whole story that is one part of a longer text
    is_house_text: bool = False  # what is shared is what the outlet puts under every article


PASTED_IN = "one part of a longer text that begins with another story"
HOUSE_TEXT = "only the outlet's own lines are shared"
NOTHING = Verdict(is_copy=False)


def judge(article: Article, other: Article, found: Comparison) -> Verdict:
    """Judge a pair; `article` is the one being decided and `found.own` its text."""
    gap = abs(dated_at(article) - dated_at(other))
    same_outlet = article.outlet == other.outlet
    same_title = titles_agree(article.title, other.title)
    score = found.coverage * found.facts_agree
    objection = objection_to(found, gap, same_outlet=same_outlet, same_title=same_title)
    if objection is None and found.lead_facts < 0.70 and figures_clash(article.title, other.title):
        objection = "the titles state different figures, and the leads different facts"
    if objection is not None:
        if objection == HOUSE_TEXT:
            return Verdict(is_copy=False, is_house_text=True)
        is_edge = found.coverage >= 0.30 and found.matched >= 2 * SHORT_TOKENS
        return Verdict(is_copy=False, kind="related", score=score, why=objection) if is_edge else NOTHING
    if _is_pasted_in(found) and not same_title:
        return Verdict(is_copy=False, kind="related", score=score, why=PASTED_IN, is_pasted_in=_is_whole_story_in(found))
    return Verdict(is_copy=True, kind=kind_of(found, same_outlet=same_outlet), score=score)


def judge_exact(article: Article, other: Article, token_count: int) -> Verdict:
    """Judge two texts that differ in no word."""
    gap = abs(dated_at(article) - dated_at(other))
    if not token_count or (token_count < SHORT_TOKENS and (article.title or "") != (other.title or "")):
        return NOTHING
    if article.outlet == other.outlet and gap > SERIES_GAP:
        return Verdict(is_copy=False, kind="related", score=1.0, why="a notice that this outlet repeats")
    return Verdict(is_copy=True, kind="exact", score=1.0)


def kind_of(found: Comparison, *, same_outlet: bool) -> str:
    """Name the relation of two texts that are copies."""
    if found.own.coverage >= 0.70 and found.other.coverage >= 0.70:
        is_changed = has_other_figures(found) or (found.differing and (found.facts_agree < 0.93 or same_outlet))
        return "revision" if is_changed else "near"
    return "contains" if found.other.coverage >= 0.70 else "excerpt"


def objection_to(found: Comparison, gap: timedelta, *, same_outlet: bool, same_title: bool) -> str | None:
    """Say why two texts with shared passages are no copies.

    Args:
        found: The comparison.
        gap: Time between the two.
        same_outlet: One publisher: its series and recurring notices repeat themselves.
        same_title: The titles agree in words and numbers.

    Returns:
        The reason for people; None where nothing speaks against a copy.

    """
    if found.conflicts_per_hundred > MAX_CONFLICTS_PER_HUNDRED:
        return "the same places state different facts"
    floor = SERIES_AGREEMENT if same_outlet else LATE_AGREEMENT
    if gap > SERIES_GAP and min(found.facts_agree, found.lead_facts) < floor:
        return "days apart, and the facts differ"
    if same_outlet and not same_title and is_house_text(found):
        return HOUSE_TEXT
    if same_title and gap <= (SAME_EDITION if same_outlet else SERIES_GAP) and _opens_the_same(found):
        return None
    if min(found.own.live, found.other.live) < LONG_TOKENS:
        return _objection_to_brief(found, gap)
    spoken = "what is shared is what somebody said" if _is_spoken(found) else None
    return spoken or _objection_to_article(found, same_outlet=same_outlet, same_title=same_title)


def _objection_to_brief(found: Comparison, gap: timedelta) -> str | None:
    """Few words, few facts: nearly all of them must agree."""
    if min(found.own.live, found.other.live) < SHORT_TOKENS:
        return "too short to tell"
    agrees = found.facts_agree >= 0.90 and found.lead_facts >= 0.75
    return None if found.coverage >= 0.60 and agrees and gap <= SERIES_GAP else "a brief needs more in common"


def _objection_to_article(found: Comparison, *, same_outlet: bool, same_title: bool) -> str | None:
    outside = max(found.own.outside_facts, found.other.outside_facts)
    is_rewritten = found.coverage >= 0.70 and found.lead_facts >= 0.90 and outside >= 0.50
    if found.facts_agree < 0.60 and not is_rewritten:
        return "the facts in the shared passages differ"
    if _is_edited_throughout(found) or (_opens_at_length(found) and not same_outlet):
        return None
    if found.lead_facts < 0.60 and not _has_new_lead(found) and not _is_respelt(found):
        return "the leads state different facts"
    if not _is_in_one_piece(found, same_title=same_title):
        return "only sentences are shared, no passage"
    is_enough = found.coverage >= 0.40 and (found.matched >= 15 or found.coverage >= 0.80)
    if is_enough or _is_heavily_cut(found) or (same_title and _is_told_alike(found)):
        return None
    return "too little is shared"


def _is_spoken(found: Comparison) -> bool:
    """See whether two reporters heard one statement: what is shared stands in quotation marks, all but a dozen words."""
    return found.coverage < 0.70 and found.spoken > 0.60 and found.matched * (1 - found.spoken) < 12


def is_filled_in_alike(found: Comparison) -> bool:
    """See whether two texts made from one template, whose words say nothing, agree in every fact that was filled in.

    Where the lead was written anew, the facts outside the shared passages tell: of two fillings at most .46 of them agree.
    """
    both = min(found.own.coverage, found.other.coverage)
    both_leads = min(found.own.lead_facts, found.other.lead_facts)
    if found.differing or both < 0.60:
        return False
    if min(found.own.outside_facts, found.other.outside_facts) >= 0.70 and both_leads >= 0.70:
        return found.facts_agree >= 0.80
    return found.facts_agree == 1.0 and found.facts_compared >= 8 and both_leads >= 0.60


def tells_another_story(found: Comparison) -> bool:
    """See whether two texts have neither passages nor facts in common."""
    outside = max(found.own.outside_facts, found.other.outside_facts)
    return found.coverage < 0.10 and found.lead_facts < 0.30 and outside < 0.35


def is_house_text(found: Comparison) -> bool:
    """See whether two articles of one outlet share nothing but what it puts under each: both open with other facts."""
    outside = max(found.own.outside_facts, found.other.outside_facts)
    is_new = outside < 0.30 and found.opening <= GAP_TOKENS and found.longest_run >= 20
    return is_new and all(_stands_below(side) for side in (found.own, found.other))


def _stands_below(side: Side) -> bool:
    return side.before >= 8 and side.behind <= GAP_TOKENS


def titles_agree(title: str | None, other: str | None) -> bool:
    """Compare two titles: most words are shared, and no number differs."""
    if not title or not other:
        return False
    own, theirs = tokens_of(title), tokens_of(other)
    words, their_words = set(own.hashes.tolist()), set(theirs.hashes.tolist())
    if set(own.hashes[own.is_number].tolist()) != set(theirs.hashes[theirs.is_number].tolist()):
        return False
    return 4 * len(words & their_words) >= 3 * len(words | their_words) > 0


def figures_clash(title: str | None, other: str | None) -> bool:
    """See whether both titles state numbers, and none in common: "Magnitude 5.2 …", "Magnitude 5.7 …"."""
    own, theirs = tokens_of(title or ""), tokens_of(other or "")
    numbers, their_numbers = set(own.hashes[own.is_number].tolist()), set(theirs.hashes[theirs.is_number].tolist())
    return bool(numbers) and bool(their_numbers) and not numbers & their_numbers


def _opens_the_same(found: Comparison) -> bool:
    """See whether one text is the beginning of the other, with something else below: a teaser, a stub above a long footer."""
    if found.differing:
        return False
    is_all = found.coverage >= 0.85 and found.opening >= 10
    return is_all or (found.opening >= 15 and found.opening + found.facts_compared >= 18)


def _opens_at_length(found: Comparison) -> bool:
    """See whether two outlets print the same first paragraphs, word for word and with all their facts, above different rests."""
    both_leads = min(found.own.lead_facts, found.other.lead_facts)
    return found.opening >= LEAD_TOKENS and both_leads >= 0.90 and found.facts_agree >= 0.95 and found.facts_compared >= 8


def _is_in_one_piece(found: Comparison, *, same_title: bool) -> bool:
    """See whether a partial copy holds a passage, not sentences here and there.

    On 4,600 texts of a real wire (Reuters, 1987) follow-ups and twin announcements of two firms share runs of 12 to 29 words and
    up to 60 % of their text; a copy that was cut keeps whole paragraphs.
    """
    if found.coverage >= 0.70:
        return min(found.own.live, found.other.live) >= 120 or found.facts_agree >= 0.80
    if same_title:
        return found.longest_run >= 20 and found.facts_agree >= 0.85
    if found.lead_facts >= 0.90 and found.longest_run >= 40:
        return True
    both_leads = min(found.own.lead_facts, found.other.lead_facts)
    return found.longest_run >= (25 if both_leads >= 0.90 else 30) and found.facts_agree >= 0.85


def _has_new_lead(found: Comparison) -> bool:
    """See whether only the lead was written anew: the rest is shared, and its facts agree."""
    both_leads = min(found.own.lead_facts, found.other.lead_facts)
    outside = max(found.own.outside_facts, found.other.outside_facts)
    agrees = found.facts_agree >= (0.85 if found.longest_run >= 60 else 0.95)
    return found.coverage >= 0.55 and agrees and both_leads >= 0.30 and outside >= 0.20


def _is_respelt(found: Comparison) -> bool:
    """See whether nearly all of both texts is shared and no figure differs: an outlet that writes Kiev for Kyiv."""
    both = min(found.own.coverage, found.other.coverage)
    has_digits = any(_has_digit(other + own) for other, own, _ in found.differing)
    return both >= 0.80 and found.matched >= 100 and found.facts_agree >= 0.75 and not has_digits


def has_other_figures(found: Comparison) -> bool:
    """See whether a number of one text has another number in its place in the other: 12 dead, 15 dead."""
    return any(_has_digit(other) and _has_digit(own) for other, own, _ in found.differing)


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _is_heavily_cut(found: Comparison) -> bool:
    """See whether two texts that share little still tell one story: long verbatim runs, and facts that agree outside them too."""
    if found.coverage < 0.20 or found.matched < 30 or found.facts_agree < 0.90:
        return False
    return found.lead_facts >= 0.75 and max(found.own.outside_facts, found.other.outside_facts) >= 0.50


def _is_edited_throughout(found: Comparison) -> bool:
    """See whether a text was cut and worked over: one passage stands whole, short runs everywhere, lead and rest agree in facts.

    Templates have the runs and not the facts (leads: at most .53 of the labelled ones), stories of two reporters on one event the
    facts and not the runs, a shared quotation neither. Follow-ups of one agency have both, but no passage: of 11,000 texts of a
    real wire (Reuters, 1987) this ties none; with passages of 17 words it tied follow-ups, too.
    """
    outside = max(found.own.outside_facts, found.other.outside_facts)
    is_told_alike = found.lead_facts >= 0.70 and outside >= 0.30 and found.facts_agree >= 0.80
    has_passage = found.longest_run >= 30 and found.coverage >= 0.20
    return is_told_alike and has_passage and max(found.own.echoed, found.other.echoed) >= 0.15


def _is_told_alike(found: Comparison) -> bool:
    """See whether two texts under one title share a verbatim passage and contradict each other nowhere."""
    return found.coverage >= 0.15 and found.longest_run >= 20 and found.facts_agree >= 0.95 and found.lead_facts >= 0.60


def _is_whole_story_in(found: Comparison) -> bool:
    """See whether a whole story makes up a good part of the longer text: less is a quotation or a box of background."""
    return found.coverage >= 0.90 and found.longer.coverage >= 0.30


def _is_pasted_in(found: Comparison) -> bool:
    """See whether the shorter text stands in the later part of a longer one, which begins with another story."""
    longer = found.longer
    return not found.opening and longer.coverage < 0.60 and longer.lead_facts <= 0.30 and longer.outside_facts < 0.30
