from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.charset import codec_of, decode

GERMAN = "Bürgermeister Müller begrüßt die Gäste – „schön“, sagt er."
RUSSIAN = "Президент подписал закон, сообщили в пресс-службе правительства после заседания комиссии."
JAPANESE = "総理大臣は記者会見で新しい経済対策を発表しました。国会で審議されます。"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
def test_a_bom_beats_every_declaration(encoding: str, bom: bytes) -> None:
    body = bom + f'<?xml version="1.0" encoding="koi8-r"?><a>{RUSSIAN}</a>'.encode(encoding)

    text, used = decode(body, "iso-8859-1", "feed")

    assert RUSSIAN in text
    assert used == encoding


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (GERMAN, "cp1252", "iso-8859-1"),
        (GERMAN, "cp1252", "windows-1252"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        ("他说，这是一个新的开始。", "gb18030", "gb2312"),
        ("정부는 새로운 대책을 발표했다.", "cp949", "euc-kr"),
    ],
)
@pytest.mark.parametrize("where", ["header", "xml", "meta", "http-equiv"])
def test_a_true_declaration_is_believed_wherever_it_stands(text: str, encoding: str, declared: str, where: str) -> None:
    heads = {
        "header": "<html>",
        "xml": f'<?xml version="1.0" encoding="{declared}"?><rss>',
        "meta": f"<html><head><meta charset={declared}>",
        "http-equiv": f'<html><meta http-equiv="Content-Type" content="text/html; charset={declared}">',
    }

    read, _ = decode(
        (heads[where] + text).encode(encoding), declared if where == "header" else None, "feed" if where == "xml" else "page"
    )

    assert read == heads[where] + text


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "windows-1251", "ascii", "us-ascii", "shift_jis", "nonsense-8", "utf-16", "base64", None]
)
def test_utf8_under_a_wrong_label_is_read_as_utf8(declared: str | None) -> None:
    text, used = decode(f"<p>{GERMAN} {RUSSIAN}".encode(), declared, "page")

    assert (text, used) == (f"<p>{GERMAN} {RUSSIAN}", "utf-8")


@pytest.mark.parametrize(("text", "encoding"), [(GERMAN * 5, "cp1252"), (RUSSIAN * 5, "cp1251"), (JAPANESE * 5, "cp932")])
def test_another_encoding_under_the_label_utf8_is_detected(text: str, encoding: str) -> None:
    read, _ = decode(f"<html><p>{text}</p>".encode(encoding), "utf-8", "page")

    assert read == f"<html><p>{text}</p>"


def test_the_header_beats_the_meta_when_both_fit() -> None:
    _, used = decode(b'<meta charset="koi8-r">' + RUSSIAN.encode("cp1251"), "windows-1251", "page")

    assert used == "cp1251"


def test_one_broken_character_does_not_change_the_encoding() -> None:
    body = (GERMAN * 50).encode() + b"\xff" + GERMAN.encode()

    text, used = decode(body, "utf-8", "page")

    assert used == "utf-8"
    assert text.count("\ufffd") == 1


def test_a_body_cut_within_a_character_is_still_utf8() -> None:
    _, used = decode(RUSSIAN.encode()[:-1], None, "page")

    assert used == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_seen_without_a_bom(encoding: str) -> None:
    assert decode(f"<rss>{GERMAN}</rss>".encode(encoding), None, "feed") == (f"<rss>{GERMAN}</rss>", encoding)


def test_labels_mean_what_browsers_take_them_for() -> None:
    labels = ["latin1", "ISO-8859-1", "x-sjis", "gb2312", "utf8", "hex", "rot13", "idna", "no-such", "\x00", ""]

    assert [codec_of(label) for label in labels] == ["cp1252", "cp1252", "cp932", "gb18030", "utf-8", *[None] * 6]


def test_no_nul_survives() -> None:
    assert decode(b"a\x00b", None, "page")[0] == "ab"


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=20)), st.sampled_from(["page", "feed"]))
def test_nothing_raises(body: bytes, label: str | None, kind: str) -> None:
    text, used = decode(body, label, kind)

    assert "\0" not in text
    assert codecs.lookup(used)
    text.encode("utf-8", "strict")
