"""What people, pages and clipboards put into a search box, and what is made of it among the articles of `dashboard_samples`."""

from __future__ import annotations

TOO_LONG = "500 words and 10,000 characters"
NO_DAY = "a day of the calendar"
NOTHING = "has nothing behind it"
NO_CHOICE = "OR stands between"

NOTHING_FOUND: tuple[str | None, ...] = (
    None, "", "OR", "OR OR", "OR " * 800, "-", "--", "- -", "'", '"', '""', '"""', "%", "_", "*", "-*", "NULL", "?", "$q", "\\",
    "\0", "\u200f", "\u202e\u202c", "🌧" * 5000, "(" * 5000, "() " * 2500, " \t\n\r\u3000\u00a0\u2028", "outlet:%", "section:_",
    "-OR", "lake -lake", "lake \0vorn nowhere", "before:0001-01-01", "after:9999-12-31", "x:y", "http://a.example/?q=%00",
)  # fmt: skip
AS_PLAIN: tuple[tuple[str, str], ...] = (
    ("lake OR", "lake"),
    ("OR lake", "lake"),
    ("OR OR lake OR OR", "lake"),
    ('lake OR "', "lake"),
    ('"lake', "lake"),
    ("\u200flake\u200f", "lake"),
    ("lake \u200f-nowhere", "lake -nowhere"),
    ("lake\u00a0OR\u3000mira", "lake OR mira"),
    ("lake\0vorn", "lake vorn"),
    ("“lake vorn is”", '"lake vorn is"'),
    ("lake outlet: vorn", "lake outlet:vorn"),
    ("outlet:\tVORN", "outlet:vorn"),
    ("lake " * 500, "lake"),
    ("lake OR " * 500, "lake"),
    ("lake -evil" + " -evil" * 400, "lake -evil"),
    ("lake outlet:vorn outlet:vorn", "lake outlet:vorn"),
)
REFUSED: tuple[tuple[str, str], ...] = (
    ("lake OR -nowhere", NO_CHOICE),
    ("-lake OR mira", NO_CHOICE),
    ("outlet:vorn OR lake", NO_CHOICE),
    ("outlet:", NOTHING),
    ("lake -outlet:", NOTHING),
    ('author:""', NOTHING),
    ("lake title:", NOTHING),
    ("after:x", NO_DAY),
    ("before:2026-02-30", NO_DAY),
    ("lake -after:infinity", NO_DAY),
    ("after:epoch", NO_DAY),
    ("before:2026-11-22T12:00", NO_DAY),
    ("before:", NOTHING),
    ("after:999999-01-01", NO_DAY),
    ("lake " * 3000, TOO_LONG),
    (" OR ".join(f"w{number}" for number in range(800)), TOO_LONG),
    ("a" * 1_000_000, TOO_LONG),
    ("é" * 1_000_000, TOO_LONG),
    ("-" * 1_000_000, TOO_LONG),
    ('"' * 100_000, TOO_LONG),
    ("a:" * 4_000, TOO_LONG),
    ("北" * 3_000, TOO_LONG),
    ('"' + "the " * 2_000 + '"', TOO_LONG),
    ("\u0301" * 100_000, TOO_LONG),
)
