"""An answer -> is it the document, or a door before it (a challenge for browsers, a cookie wall)? Pure.

The marks are those of the products that serve such doors, not of sites. A mark alone never decides on a 200: an article may tell
of Cloudflare. The document must also be short of words.
"""

from __future__ import annotations

import re

from extractors.headers import Headers, header_of
from extractors.records import PageOutcome

HEAD_BYTES = 64 * 1024
"""Doors are small; their marks stand early."""
MAX_DOOR_WORDS = 220
"""Visible words of a door: the wordiest seen (a consent notice in two languages) has about 180; a news story has 250 and more."""

FEW_WORDS = 40
"""With a mark and fewer words than this there is no story, whatever the status says."""

_CHALLENGE_MARKS = re.compile(
    rb"/cdn-cgi/challenge-platform|_cf_chl_opt|cf-browser-verification|cf-challenge"  # Cloudflare
    rb"|captcha-delivery\.com|_Incapsula_Resource|_pxCaptcha|px-captcha|/_px[A-Za-z0-9]*/captcha"  # DataDome, Imperva, HUMAN
    rb"|awsWafCookieDomainList|AwsWafIntegration|sucuri_cloudproxy|ddos-guard/js-challenge|/\.within\.website/x/cmd/anubis"
    rb"|/_sec/cp_challenge|sec-if-cpt-container|__vercel_challenge|_kpsdk|geo\.captcha|hcaptcha\.com/1/api|recaptcha/api\.js"
    rb"|turnstile/v0/api\.js|KillBot|bunny-shield",
    re.IGNORECASE,
)
_CHALLENGE_WORDS = re.compile(
    r"just a moment|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot"
    r"|making sure you.?re not a bot|enable javascript and cookies to continue|unusual traffic from your"
    r"|complete the security check|attention required|pardon our interruption|please enable js and disable any ad ?blocker",
    re.IGNORECASE,
)
_COOKIE_WORDS = re.compile(
    r"cookies? (?:are|is) (?:disabled|required|not enabled)|(?:enable|accept|allow) (?:all )?cookies? (?:to|in your browser)"
    r"|your browser (?:does not|doesn.?t) (?:accept|support) cookies|we value your privacy|before you continue to"
    r"|with advertising and tracking|mit werbung (?:und tracking )?weiterlesen|zustimmung (?:erforderlich|zu cookies)"
    r"|cookies akzeptieren|accepter et continuer|continuer sans accepter|gérer mes cookies|aceptar (?:y continuar|cookies)"
    r"|accetta e continua|accept (?:all )?(?:cookies )?(?:and|&) continue"
    r"|manage (?:your )?(?:cookie|privacy) (?:settings|preferences|choices)",
    re.IGNORECASE,
)
_CONSENT_HOST = re.compile(r"^(?:consent|cookie-?consent|cookiewall|guce|privacy-?gate|myprivacy|zustimmung)[.-]", re.IGNORECASE)
_CONSENT_PATH = re.compile(
    r"/(?:collect-?consent|cookie-?consent|consent|cookiewall|cookie-?wall|privacy-?gate|zustimmung)(?:[/?.]|$)", re.IGNORECASE
)
_CHALLENGE_HEADERS = {
    "cf-mitigated": {"challenge"},
    "x-amzn-waf-action": {"challenge", "captcha"},
    "x-vercel-mitigated": {"challenge", "deny"},
}
_UNSEEN = re.compile(
    rb"<(script|style|noscript|template|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*>", re.IGNORECASE | re.DOTALL
)


def wall_of(
    status: int, headers: Headers, body: bytes, host: str, path: str, *, was_redirected: bool
) -> tuple[PageOutcome, str] | None:
    """Recognise a door before a document.

    Args:
        status: Of the last answer.
        headers: Of the last answer, names in lower case.
        body: The start of its body; `HEAD_BYTES` are looked at.
        host: Of the final URL.
        path: Of the final URL, with its query.
        was_redirected: Whether the final URL is another than the one asked for.

    Returns:
        `CHALLENGE` or `COOKIE_WALL` with a line on what gave it away; None for a document (or for a plain error).

    """
    for name, values in _CHALLENGE_HEADERS.items():
        value = header_of(headers, name)
        if value is not None and value.strip().lower() in values:
            return PageOutcome.CHALLENGE, f"header {name}: {value[:40]}"
    if was_redirected and (_CONSENT_HOST.search(host) or _CONSENT_PATH.search(path)):
        return PageOutcome.COOKIE_WALL, f"led to {host}{path[:60]}"
    head = body[:HEAD_BYTES]
    return _door_of(status, head) if _is_html(head) else None


def _door_of(status: int, head: bytes) -> tuple[PageOutcome, str] | None:
    text = _UNSEEN.sub(b" ", head).decode("utf-8", "replace")
    words = len(text.split())
    if words > MAX_DOOR_WORDS:
        return None
    mark, said = _CHALLENGE_MARKS.search(head), _CHALLENGE_WORDS.search(text)
    if mark and (status != 200 or said or words < FEW_WORDS):
        return PageOutcome.CHALLENGE, f"marked {mark[0].decode('ascii', 'replace')}"
    if said and status in {403, 429, 503}:
        return PageOutcome.CHALLENGE, f"says {said[0]!r}"
    if said := _COOKIE_WORDS.search(text):
        return PageOutcome.COOKIE_WALL, f"says {said[0]!r}"
    return None


def _is_html(head: bytes) -> bool:
    start = head.lstrip()[:512].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<script", b"<meta")) or b"<html" in start
