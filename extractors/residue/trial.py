"""Blocks of a draft in, a verdict on each out: text, caption or residue, with the reason; witness after witness.

A line is convicted by its markup, its repetition on other stories, its wording, its links, or its place and shape; never by its
length alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from extractors.letters import CAPITAL
from extractors.pages.agencies import agency_in_credit
from extractors.pages.corrections import IS_CORRECTION, IS_PROVENANCE
from extractors.pages.titles import likeness, same_words, words
from extractors.records import Draft
from extractors.residue.credits import MAX_CAPTION_CHARS, is_caption
from extractors.residue.furniture import furniture_of
from extractors.residue.headings import judge_empty_headings, judge_empty_labels
from extractors.residue.linememory import MAX_LINE_CHARS, STORIES_TO_LEARN, LineMemory, sketch_of
from extractors.residue.lines import MIN_TOLD_CHARS, Line, is_guide, width_of
from extractors.residue.links import MOSTLY_LINKED, PARTLY_LINKED, judge_by_links
from extractors.residue.repetition import judge_by_repetition
from extractors.residue.wording import Wording, wording_for

CAPTION_ROLES = frozenset({"caption", "figure", "gallery", "table_caption"})
KEPT_ROLES = frozenset({"dek", "details", "correction"})
TOP_LINES = 7
"""Furniture between headline and first paragraph: kicker, byline, two dates, reading time, agency, place."""
TAIL_LINES = 8
MAX_FURNITURE_CHARS = 90
MAX_TITLE_CHARS = 160
MAX_BIO_CHARS = 600
MAX_NOTE_CHARS = 500
MAX_ITALIC_SHARE = 0.3
"""A story with more of it is set in italics for reasons of its own (letters, a poem, questions of an interview)."""
MAX_NOTES_SHARE = 0.12
"""More than that is not said behind a story, it is told in it."""
MAX_LIST_CHARS = 500
"""Several headlines in one paragraph, parted by line breaks."""
ANNOUNCED_LINKED = 0.15
MIN_CAPTION_TOLD = 60
"""A shorter one names who or what is seen, or who took it."""
MIN_NAME_CHARS = 4
MIN_TOLD_ITALIC_CHARS = 140
EDGE_LINES = 3
"""Lines at either end where a notice may be a long sentence without a link; amid the story such a sentence tells the story."""

_WEAK_REASONS = ("wording: related", "wording: newsletter", "wording: share", "note in italics", "markup: apart")
_IS_NOTE = re.compile(r"\W*(?:editor|note|anmerkung|hinweis|nota|note de|redaktion)", re.IGNORECASE)
_OF_US = re.compile(
    r"@|www\.|\b(?:our|us|we|you|your|unser\w*|notre|nos|nuestr\w+|nostr\w+|wir|nous|her|his|he|she)\b", re.IGNORECASE
)
_IS_SPEECH = re.compile(r"^[\"'“”„«»‘‹–—-]|\?$")
_IMAGE_MARKER = re.compile(
    r"^[\W_]*(?:image|images|photo|photos|picture|bild|foto|imagen|изображение)[\W_]*:[\W_]*$", re.IGNORECASE
)
_BIO = re.compile(
    r"\b(?:is|was|are|has been|writes?|covers?|covered|reports?|works?|joined|serves?|teaches|lives|contributes?|(?:'|"
    r"’)s (?:most recent|latest|new|books?|work)|consists? of|"
    r"ist|war|schreibt|arbeitet|berichtet|studierte|est|écrit|es|escribe|jest|pisze|является)\b",
    re.IGNORECASE,
)
_BIO_OPENING = re.compile(
    r"^(?:about the (?:author|writer|reporter)|the (?:author|writer|columnist) (?:is|was)|"
    r"the [\w ]{3,40} editorial board (?:is|consists)|(?:der|die) autor(?:in)? (?:ist|arbeitet))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w-]+\.\w{2,}|\b(?:on|at) (?:twitter|x|signal|linkedin|bluesky|instagram)\b.{0,40}@\w|@\w+\.?$", re.IGNORECASE
)
_TWO_NAMES = re.compile(rf"^(?:[{CAPITAL}][\w'’.-]+ ){{1,2}}[{CAPITAL}][\w'’-]+(?:\s?/\s?(?:[{CAPITAL}][\w'’.-]+ ?){{2,3}})*$")
_CLOCK = re.compile(r"\d{1,2}(?:[:.h]\d{2})?\s*(?:[ap]\.?m\.?|uhr|h)?[\s:,.–—-]*", re.IGNORECASE)
"""An hour alone, as it parts the reports of a day."""
_CRUMBS = re.compile(r"\s[»›>]\s\S.*\s[»›>]\s")
_CAPS_PLACE = re.compile(r"^[^\W\d_a-zß-ÿа-яα-ω]{2,}(?:[ ,./'’-]+[^\W\d_a-zß-ÿа-яα-ω]+\.?){0,4}$")


def tried(draft: Draft, memory: LineMemory) -> list[Line]:
    """Put every block on trial.

    Args:
        draft: The blocks, with title, authors and language.
        memory: What is known of the outlet's habits.

    Returns:
        One line a block, in order.

    """
    lines = [Line(i, block) for i, block in enumerate(draft.blocks)]
    _by_markup(lines)
    _above_headline(lines)
    _by_title(lines, draft)
    _authors_above(lines, draft)
    _by_credit(lines)
    _by_image_marker(lines)
    _by_memory(lines, draft, memory)
    _by_wording(lines, wording_for(draft.language))
    judge_by_links(lines)
    _at_top(lines, draft)
    _notes_in_italics(lines, draft)
    _at_tail(lines, draft)
    judge_by_repetition(lines)
    judge_empty_headings(lines)
    judge_empty_labels(lines)
    _told_below_pictures(lines)
    _not_everything(lines)
    return lines


def _not_everything(lines: Sequence[Line]) -> None:
    """Where nothing is left, the longest sentence that wording or looks condemned is the story: a brief of one paragraph."""
    if any(line.stays and line.block.kind != "heading" for line in lines):
        return
    told = [line for line in lines if line.reason and line.reason.startswith(_WEAK_REASONS) and line.is_sentence]
    if told and len(longest := max(told, key=lambda line: len(line.block.text)).block.text) > MIN_TOLD_CHARS:
        for line in told:
            if len(line.block.text) > MIN_TOLD_CHARS or line.block.text == longest:
                line.reason = None


def _told_below_pictures(lines: Sequence[Line]) -> None:
    """Where a page tells less than what stands below its pictures, and not a sentence of it, that is the text."""
    staying = [line.block.text for line in lines if line.stays]
    if any(line.stays and line.is_sentence and width_of(line.block.text) > MIN_TOLD_CHARS for line in lines):
        return
    below = {line.block.text: line for line in reversed(lines) if line.is_caption}
    told = [line for text, line in below.items() if width_of(text) >= MIN_CAPTION_TOLD]
    if sum(width_of(line.block.text) for line in told) > sum(map(width_of, staying)):
        for line in told:
            line.is_caption = False


def _by_markup(lines: Sequence[Line]) -> None:
    for line in lines:
        role = line.block.role
        if role is None or role in KEPT_ROLES:
            continue
        if role in CAPTION_ROLES and len(line.block.text) <= MAX_CAPTION_CHARS:
            line.is_caption = True
        else:
            line.reason = "title" if role == "headline" else f"markup: {role}"


def _above_headline(lines: Sequence[Line]) -> None:
    """What stands above the headline is the page's, not the story's, unless it is most of it."""
    place = next((line.position for line in lines if line.block.role == "headline"), None)
    if place is None:
        return
    above = [line for line in lines[:place] if line.stays]
    total = sum(len(line.block.text) for line in lines if line.stays)
    if sum(len(line.block.text) for line in above) < 0.25 * total:
        for line in above:
            if line.block.role != "dek" or len(line.block.text) < 80:
                line.reason = "above the headline"


def _authors_above(lines: Sequence[Line], draft: Draft) -> None:
    """A line above the story that is dressed as its standfirst and speaks of the author is a biography."""
    first_names = tuple(f"{name.split()[0]} " for name in draft.authors if " " in name)
    for line in lines:
        text = line.block.text
        if line.stays and line.block.role == "dek" and len(text) <= MAX_BIO_CHARS and line.is_sentence:
            opens_with_name = bool(first_names) and text.startswith(first_names) and _BIO.search(text, 0, 60) is not None
            if opens_with_name or _is_biography(text, draft.authors):
                line.reason = "author's biography"


def _by_title(lines: Sequence[Line], draft: Draft) -> None:
    """The title is a field of its own; a repetition of it on top of the text is furniture."""
    if not draft.title:
        return
    for line in [line for line in lines if line.stays][:TOP_LINES]:
        text = line.block.text
        if len(text) <= 300 and (same_words(text, draft.title) or likeness(text, draft.title) >= 0.9):
            line.reason = "title"


def _by_credit(lines: Sequence[Line]) -> None:
    """A line that names its photographer is a caption."""
    for line in lines:
        if line.stays and line.block.kind != "table" and is_caption(line.block.text):
            line.is_caption = True


def _by_image_marker(lines: Sequence[Line]) -> None:
    """Take what stands around an "Image:" line: alternative text before it, caption after it."""
    for i, line in enumerate(lines):
        if not _IMAGE_MARKER.match(line.block.text):
            continue
        line.is_caption, line.reason = False, "wording: image marker"
        if i + 1 < len(lines) and lines[i + 1].stays and len(lines[i + 1].block.text) <= 300:
            lines[i + 1].is_caption = True
        if i and lines[i - 1].stays and (not lines[i - 1].is_sentence or len(lines[i - 1].block.text) <= 60):
            lines[i - 1].is_caption = True


def _by_memory(lines: Sequence[Line], draft: Draft, memory: LineMemory) -> None:
    if not len(memory):
        return
    sketch = sketch_of(draft.blocks)
    for line in lines:
        if line.stays and len(line.block.text) <= MAX_LINE_CHARS:
            stories = memory.stories_with(draft.outlet, line.block.text, sketch)
            if stories >= STORIES_TO_LEARN:
                line.reason = f"recurs: in {stories} other stories of {draft.outlet}"


def _by_wording(lines: Sequence[Line], wording: Wording) -> None:
    announced = 0  # how many lines a lead-in ("Read more:") may still claim
    announced_now = False  # the line before was a player's notice
    is_after_lead = False
    staying = [line.position for line in lines if line.stays]
    times = Counter(line.block.text for line in lines)
    middle = range(staying[EDGE_LINES], staying[-EDGE_LINES]) if len(staying) > 2 * EDGE_LINES else range(0)
    guides = is_guide(lines)
    steps = _told_amid(lines, middle) if guides else set()
    for line in lines:
        text = line.block.text
        if not line.stays:
            continue
        is_told = line.position in middle and len(text) > MIN_TOLD_CHARS and line.is_sentence and not line.block.link_density
        is_told = is_told and times[text] == 1
        is_told = is_told or IS_CORRECTION.match(text) is not None or IS_PROVENANCE.match(text) is not None
        if (found := wording.verdict_on(text)) and not (
            found.is_weak and (is_told or (found.reason == "related" and line.position in steps))
        ):
            line.reason = f"wording: {found.reason}"
            announced = 6 if found.announces_list else 1 if found.announces_title else 0
        elif announced and (len(text) <= MAX_TITLE_CHARS and _may_be_title(line, is_first=announced_now)):
            line.reason = "announced by the line before"
            announced -= 1
        elif announced and line.block.kind == "list_item" and line.block.link_density >= ANNOUNCED_LINKED and not guides:
            line.reason = "announced by the line before"  # headlines may be whole sentences
        elif (
            (announced or is_after_lead)
            and line.block.link_density >= MOSTLY_LINKED
            and len(text) <= MAX_LIST_CHARS
            and not line.is_sentence
        ):
            line.reason = "announced by the line before"
        else:
            announced = 0
        announced_now = line.reason is not None and line.reason.startswith("wording: player")
        is_after_lead = line.reason == "wording: related"


def _told_amid(lines: Sequence[Line], middle: range) -> set[int]:
    """List sentences and points amid the story that lead nowhere, or but by the way: they tell it, however they begin."""
    times = Counter(line.block.text for line in lines)
    last = max(
        (
            line.position
            for line in lines
            if line.stays and line.is_sentence and len(line.block.text) > MIN_TOLD_CHARS and not line.block.link_density
        ),
        default=0,
    )
    return {
        line.position
        for line in lines
        if line.position in middle
        and line.position < last
        and times[line.block.text] == 1
        and (
            (line.block.kind == "list_item" and not line.block.link_density)
            or (line.block.kind == "paragraph" and line.is_sentence and line.block.link_density < PARTLY_LINKED)
        )
    }


def _may_be_title(line: Line, *, is_first: bool) -> bool:
    """Tell a headline in a list, or the title under a player, from a sentence; only a player claims a heading of the story."""
    if is_first:
        return not line.block.text.endswith((".", ".”", '."'))
    return not line.is_sentence and line.block.kind != "heading"


def _at_top(lines: Sequence[Line], draft: Draft) -> None:
    """Byline, date, agency and place before the first paragraph."""
    first = next((line for line in lines if line.stays), None)
    begun = False  # a paragraph stands before: capitals are a subheading then
    hours = sum(line.stays and _CLOCK.fullmatch(line.block.text) is not None for line in lines)
    for line in [line for line in lines if line.stays][:TOP_LINES]:
        text = line.block.text
        if len(text) > MAX_FURNITURE_CHARS:
            begun = begun or (line.is_sentence and line.block.role is None)
            continue
        is_hour = hours > 1 and _CLOCK.fullmatch(text) is not None  # the first report of several
        if (furniture := furniture_of(text, draft.authors)) and not ((begun or is_hour) and furniture == "date line"):
            line.reason = furniture
        elif not begun and _CRUMBS.search(text):
            line.reason = "breadcrumbs"
        elif _TWO_NAMES.match(text) and line is first and line.block.kind == "paragraph":
            line.reason = "byline"
        elif (
            text.isupper()
            and _CAPS_PLACE.match(text)
            and len(text) <= 40
            and line.block.kind != "heading"
            and not (begun or line.is_sentence)
        ):
            line.reason = "dateline"


def _notes_in_italics(lines: Sequence[Line], draft: Draft) -> None:
    """What is set in italics behind the last paragraph is a note of the editors', in every language; a quotation is not."""
    staying = [line for line in lines if line.stays]
    if sum(line.block.is_italic for line in staying) > MAX_ITALIC_SHARE * len(staying):
        return
    most = MAX_NOTES_SHARE * sum(len(line.block.text) for line in staying)
    for line in reversed(staying):
        text = line.block.text
        most -= len(text)
        if most < 0 and len(text) > MAX_FURNITURE_CHARS and not _IS_NOTE.match(text):
            return
        if not line.block.is_italic or line.block.kind != "paragraph" or len(text) > MAX_NOTE_CHARS or _IS_SPEECH.search(text):
            return
        if _is_told(line, draft):
            return
        if IS_CORRECTION.match(text) or IS_PROVENANCE.match(text):
            continue
        line.reason = "note in italics at the end"


def _is_told(line: Line, draft: Draft) -> bool:
    """Tell a paragraph that happens to be set in italics from a note: it is long, links to nothing and speaks of nobody here."""
    text = line.block.text
    if (
        len(text) < MIN_TOLD_ITALIC_CHARS
        or line.block.link_density
        or not line.is_sentence
        or _IS_NOTE.match(text)
        or _OF_US.search(text)
    ):
        return False
    names = {draft.site_name or draft.outlet, draft.outlet.partition(".")[0], *draft.authors}
    return not any(name.casefold() in text.casefold() for name in names if len(name) >= MIN_NAME_CHARS)


def _at_tail(lines: Sequence[Line], draft: Draft) -> None:
    """Biographies, addresses, credits and bylines after the last paragraph."""
    staying = [line for line in lines if line.stays]
    tail = staying[-TAIL_LINES:]
    first = next((line for line in staying if line.block.kind != "heading"), None)  # a story does not begin behind its end
    after = tail[-3].position if len(tail) > 3 else len(lines)
    label = {word for word in words(f"{draft.outlet.partition('.')[0]} {draft.site_name or ''}") if len(word) >= MIN_NAME_CHARS}
    closed = False  # a paragraph stands behind: hours that part a day's reports are none of the furniture
    for line in reversed(tail):
        text = line.block.text
        closed = closed or (len(text) > MIN_TOLD_CHARS and line.is_sentence)
        if (
            len(text) <= MAX_FURNITURE_CHARS
            and (furniture := furniture_of(text, draft.authors))
            and not (closed and furniture == "date line")
        ):
            line.reason = furniture
        elif len(text) <= MAX_BIO_CHARS and line is not first and _is_biography(text, draft.authors):
            line.reason = "author's biography"
        elif len(text) <= 220 and line.position >= after and _ADDRESS.search(text):
            line.reason = "contact"
        elif len(text) <= 200 and agency_in_credit(text):
            line.reason = "agency credit"
        elif line is tail[-1] and len(text) <= 60 and not line.is_sentence and label.intersection(words(text)):
            line.reason = "outlet's credit"


def _is_biography(text: str, authors: Sequence[str]) -> bool:
    if _BIO_OPENING.match(text):
        return True
    opening = text[:90].casefold()
    for author in authors:
        name = author.casefold()
        if " " in name and name in opening and _BIO.search(text, opening.index(name), opening.index(name) + len(name) + 60):
            return True
    return False
