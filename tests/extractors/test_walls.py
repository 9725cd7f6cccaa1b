"""Doors before documents, written after what their makers document; and documents that look like doors."""

from __future__ import annotations

import time

import pytest

from extractors.fetch.walls import wall_of
from extractors.headers import Headers
from extractors.records import PageOutcome

STORY = " ".join(["The harbour bridge of Ridley stays shut until the divers have looked at its second pier."] * 20)
CHALLENGE, COOKIES = PageOutcome.CHALLENGE, PageOutcome.COOKIE_WALL


def html(text: str = "", head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>{text[:30]}</title>{head}</head><body><p>{text}</p></body></html>".encode()


def judged(body: bytes = b"", status: int = 200, headers: Headers = (), host: str = "paper.example", path: str = "/a") -> object:
    wall = wall_of(status, headers, body, host, path, was_redirected=host != "paper.example" or path != "/a")
    return wall[0] if wall is not None else None


@pytest.mark.parametrize(
    ("status", "name", "value"),
    [
        (403, "cf-mitigated", "challenge"),  # Cloudflare: on every type of challenge page
        (202, "x-amzn-waf-action", "challenge"),  # AWS WAF: silent challenge
        (405, "x-amzn-waf-action", "captcha"),  # AWS WAF: puzzle
        (429, "x-vercel-mitigated", "challenge"),
        (403, "x-dd-b", "1"),
        (429, "x-kpsdk-ct", "0aKz"),
    ],
)
def test_a_header_that_is_there_for_nothing_else_decides(status: int, name: str, value: str) -> None:
    assert judged(html(STORY), status, ((name, value),)) is CHALLENGE


@pytest.mark.parametrize(
    ("status", "head"),
    [
        (403, "<script>window._cf_chl_opt={cvId:'3'}</script>"),
        (403, '<script src="https://ct.captcha-delivery.com/c.js"></script>'),
        (200, '<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>'),
        (403, '<div id="px-captcha"></div>'),
        (202, '<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2Fnews"/>'),
        (200, '<script src="https://abc.token.awswaf.com/abc/challenge.js"></script>'),
        (200, '<script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>'),
        (429, '<script src="/149e9513-01fa/ips.js?KPSDK"></script>'),
        (401, '<script src="/__qrator/qauth_utm_v2.js"></script>'),
        (200, '<script>document.cookie="guard=8f2b; path=/";location.reload();</script>'),
        (200, "<script>var a=toNumbers('f655');document.cookie='__test='+a;location.href='/a?i=1';</script>"),
    ],
)
def test_the_marks_of_guards_decide_where_no_story_stands(status: int, head: str) -> None:
    assert judged(html("", head), status) is CHALLENGE
    assert judged(html(STORY, head), 200) is None


@pytest.mark.parametrize(
    "text",
    [
        "Just a moment… Verify you are human.",
        "Performing security verification. This site uses a security service.",
        "Press & Hold to confirm you are a human (and not a bot).",
        "Einen Moment bitte. Ihr Browser wird überprüft.",
        "Bitte bestätigen Sie, dass Sie ein Mensch sind.",
        "Vérification de votre navigateur avant d'accéder au site.",
        "Un momento… Verificando que usted es humano.",
        "Controleren of u een mens bent.",
        "Подтвердите, что вы не робот.",
        "请完成安全验证",
        "The requested URL was rejected. Please consult with your administrator. Your support ID is: 71.",
    ],
)
def test_what_guards_say_in_many_languages_is_understood(text: str) -> None:
    assert judged(html(text), 403) is CHALLENGE
    assert judged(html(text)) is CHALLENGE


@pytest.mark.parametrize(
    "text",
    [
        "We value your privacy. Manage your privacy settings.",
        "Mit Werbung weiterlesen oder das Pur-Abo abschließen.",
        "Continuer sans accepter. Accepter et continuer.",
        "Aceptar y continuar, o suscribirse.",
        "Akkoord en doorgaan.",
        "Przejdź do serwisu.",
        "Souhlasím a pokračovat.",
        "Godkänn alla.",
    ],
)
def test_consent_notices_in_many_languages_are_walls(text: str) -> None:
    assert judged(html(text + " Partners store and read data on your device." * 3)) is COOKIES


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="refresh" content="0; url=https://consent.paper.example/?back=%2Fa">',
        "<meta content='1;url=/privacy-gate?back=/a' http-equiv=refresh>",
        '<script>window.location.href = "https://myprivacy.paper.example/consent?callback=a";</script>',
        '<script>location.replace("/cookiewall/?r=a")</script>',
    ],
)
def test_a_page_that_does_nothing_but_lead_to_a_consent_page_is_a_wall(head: str) -> None:
    assert judged(html("You are being redirected.", head)) is COOKIES
    assert judged(html(STORY, head)) is None


@pytest.mark.parametrize(("host", "path"), [("consent.paper.example", "/x"), ("paper.example", "/privacy-wall?to=%2Fa")])
def test_a_redirect_to_a_consent_page_is_a_wall(host: str, path: str) -> None:
    assert judged(html("Choose"), host=host, path=path) is COOKIES


@pytest.mark.parametrize(
    "body",
    [
        html(STORY + " Just a moment… /cdn-cgi/challenge-platform. We value your privacy."),
        html("Ridley, 3 May. Ferries sail again. " * 8, '<meta property="og:type" content="article">')
        + b"<div>We value your privacy. Accept and continue.</div>",
        b"<!doctype html><html><head><script src='https://www.google.com/recaptcha/api.js'></script><style>"
        + b".a{color:red}" * 20_000
        + b"</style></head><body><p>"
        + STORY.encode()
        + b"</p></body></html>",
        html("", '<script>document.cookie="seen=1"</script>') + b'<a href="/b">Next</a>',
        b"<!doctype html><html><body><p>"
        + "港の橋は来週まで閉鎖される。検査が続いている。".encode() * 30
        + b"cookies akzeptieren</p></body></html>",
        b'{"title": "Just a moment"}',
        b"",
    ],
    ids=["long story", "short story with banner", "story under scripts", "page with a link", "Japanese", "JSON", "empty"],
)
def test_a_document_is_no_wall(body: bytes) -> None:
    assert judged(body) is None


@pytest.mark.parametrize(
    "noise",
    [
        b"<",
        b"<script",
        b"document.cookie = ",
        b"location.href='",
        b'<meta http-equiv="refresh" ',
        b"<!--",
        b"\xff\x00",
        b"<article ",
    ],
)
def test_hostile_bytes_cost_little_time(noise: bytes) -> None:
    body = b"<!doctype html><html>" + noise * (300_000 // len(noise))
    began = time.process_time()

    judged(body)

    assert time.process_time() - began < 2.0
