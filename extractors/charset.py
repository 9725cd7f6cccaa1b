"""Bytes -> text: which encoding a document is really in, whatever it says. A leaf shared by feeds and articles.

Order of belief: BOM, then the declarations (HTTP header; XML declaration or HTML meta) as far as the bytes bear them out, then
UTF-8 where it fits, then detection. Labels mean what browsers take them for (WHATWG Encoding): "iso-8859-1" is windows-1252.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

SNIFF_BYTES = 4096
"""HTML asks for the meta within 1,024 bytes; pages put scripts and comments before it."""
DETECT_BYTES = 64 * 1024
"""Detection reads each byte many times over; this much decides it."""
MAX_BAD_SHARE = 0.002
"""A declared multi-byte encoding may break so often (a cut-off teaser, one pasted line) and still be believed."""

_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{2,40})")
_META = re.compile(rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_AS_BROWSERS_DO = {  # label (as Python's codecs name it) -> the superset browsers use
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-7": "utf-8",
}
_OWN_NAMES = {
    "ks_c_5601-1987": "cp949",
    "ms_kanji": "cp932",
    "unicode": "utf-16-le",
    "unicode-1-1-utf-8": "utf-8",
    "utf-8859-1": "cp1252",
    "utf8mb4": "utf-8",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "windows-31j": "cp932",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac_roman",
    "x-sjis": "cp932",
}
_NO_TEXT_CODECS = {
    *("base64", "bz2", "hex", "quopri", "rot13", "rot-13", "uu", "zlib", "mbcs", "oem"),
    *("idna", "punycode", "undefined", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape"),
}
_C1 = {code: chr(code) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def decode(body: bytes, content_type_charset: str | None = None, kind: str = "page") -> tuple[str, str]:
    """Decode a document.

    Args:
        body: After content decoding.
        content_type_charset: As the HTTP header declares it.
        kind: "page" (HTML: its meta counts) or "feed" (XML or JSON: its XML declaration counts).

    Returns:
        The text without a BOM, and the name of the encoding it was read with, as Python's codecs call it ("utf-8", "cp1252").
        Nothing raises; what no encoding explains becomes U+FFFD. No NUL is left in the text.

    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(encoding, "replace")), encoding
    if (wide := _wide_without_bom(body)) is not None:
        return _clean(body.decode(wide, "replace")), wide
    for encoding in _declared(body, content_type_charset, kind):
        text = _decoded_as(body, encoding)
        if text is not None:
            return _clean(text), encoding
    return _guessed(body)


def codec_of(label: str | None) -> str | None:
    """Return the codec that browsers use for a label, None for an unknown or a non-text one."""
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    if name in _OWN_NAMES:
        return _OWN_NAMES[name]
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return None if found in _NO_TEXT_CODECS else _AS_BROWSERS_DO.get(found, found)


def _declared(body: bytes, header: str | None, kind: str) -> Iterator[str]:
    """Yield the declared codecs, the most believable first, each once."""
    head = body[:SNIFF_BYTES]
    inside = [_XML_DECLARATION.search(head)]
    if kind == "page":
        inside = [_META.search(_COMMENT.sub(b"", head)), *inside]
    labels = [header, *(match[1].decode("ascii") for match in inside if match)]
    seen = set()
    is_utf8 = _is_utf8(body)
    for label in labels:
        encoding = codec_of(label)
        if encoding is None or encoding in seen:
            continue
        seen.add(encoding)
        if encoding.startswith(("utf-16", "utf-32")):
            encoding = "utf-8"  # its own declaration was read as ASCII, so it is not (HTML 13.2.3.3)
        if is_utf8 and encoding != "utf-8" and not _is_ascii(body):
            yield "utf-8"  # a declared single-byte encoding fits anything; text that is valid UTF-8 by chance does not exist
        yield encoding


def _decoded_as(body: bytes, encoding: str) -> str | None:
    """Decode, or None when the bytes contradict it."""
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, ValueError):
        pass
    if encoding.startswith("cp12"):
        text = body.decode(encoding, "replace")
        if encoding == "cp1252":  # WHATWG maps the five holes to C1 controls
            return "".join(_C1.get(byte, char) for byte, char in zip(body, text, strict=True)) if "\ufffd" in text else text
        return text if text.count("\ufffd") <= max(1, MAX_BAD_SHARE * len(body)) else None
    text = body.decode(encoding, "replace")
    beyond_ascii = sum(char > "\x7f" for char in text)
    bad = text.count("\ufffd")
    return text if bad <= max(1, MAX_BAD_SHARE * len(text)) and bad * 4 <= beyond_ascii else None


def _guessed(body: bytes) -> tuple[str, str]:
    if _is_utf8(body):
        return _clean(body.decode("utf-8", "replace")), "utf-8"
    text = _decoded_as(body, "utf-8")
    if text is not None:
        return _clean(text), "utf-8"
    best = from_bytes(_with_most_signal(body)).best()
    encoding = codec_of(best.encoding) if best is not None else None
    text = _decoded_as(body, encoding) if encoding is not None else None
    if text is None or encoding is None:
        text, encoding = _decoded_as(body, "cp1252") or body.decode("cp1252", "replace"), "cp1252"
    return _clean(text), encoding


def _with_most_signal(body: bytes) -> bytes:
    """Drop the markup, which is ASCII in every encoding that comes here."""
    words = re.sub(rb"<(script|style)\b.*?</\1>|<[^>]*>|\s+", b" ", body[: 8 * DETECT_BYTES], flags=re.DOTALL | re.IGNORECASE)
    return words[:DETECT_BYTES] or body[:DETECT_BYTES]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start >= len(body) - 3  # cut within its last character
    return True


def _is_ascii(body: bytes) -> bool:
    return body.isascii()


def _wide_without_bom(body: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 by the zeros around the first `<`, as XML 1.0 appendix F does."""
    start = body[:4]
    patterns = {b"<\0\0\0": "utf-32-le", b"\0\0\0<": "utf-32-be"}
    if start in patterns:
        return patterns[start]
    if start[:2] in {b"<\0", b"{\0"} and start[3:4] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if start[:2] in {b"\0<", b"\0{"} and start[2:3] == b"\0" else None


def _clean(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\0", "")
