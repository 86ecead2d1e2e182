"""Turn a message of Speech Dispatcher into SSML that the synthesizer accepts."""

from __future__ import annotations

import re
from typing import Literal
from xml.sax.saxutils import escape

from tts.speechd.names import NAMED, SIGNS, character_name, key_names
from tts.speechd.settings import Settings
from tts.text.regex import regex

Kind = Literal["SPEAK", "CHAR", "KEY", "SOUND_ICON"]
"""What a message is: a text in SSML, one character, a key, or the name of a sound."""
CAPITAL = "griffon:capital"
"""The mark where the sound of a capital is heard."""

_TAG = regex(r"(<[^<>]*>)")
_MARK = regex(r"<mark\s[^<>]*/?>")
_SAFE_MARK = regex(r'<mark\s+name="[^"&]+"\s*/>')
_DOCUMENT = regex(r"\s*<(?:\?xml|speak)\b")
_ELEMENT = regex(r"<(?!/?speak\b|mark\s|[?!])")
_CONTENT = regex(r"(<speak\b[^<>]*>)(.*)(</speak>)", re.DOTALL)
_BLANK_LINE = regex(r"\n[^\S\n]*\n\s*")
_REFERENCE = regex(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_NOT_XML = regex(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGN = regex("([" + re.escape("".join(SIGNS)) + r"])\1*")
_IN_NUMBER, _IN_WORD = frozenset("-./,:"), frozenset("'’.")
_PAUSING = frozenset(".,;:!?…()—–")
_CAPITALIZED = regex(r"(?<!\w)(?=[^\W\d_])\w+")
_MANY = 4  # signs in a row are counted from here on


def classified(kind: Kind, text: str) -> tuple[Kind, str]:
    """Return the kind of a message and its text. A text of one character is a character."""
    character = plain(text).strip() if kind == "SPEAK" and not _MARK.search(text) else ""
    return ("CHAR", character) if len(character) == 1 else (kind, text)


def to_ssml(kind: Kind, text: str, settings: Settings, *, has_capital_sound: bool) -> str:
    """Return the SSML of a message. A text that is not SSML is read as plain text."""
    if kind == "SPEAK":
        return _document(text, settings, has_capital_sound)
    if kind == "KEY":
        return _said(key_names(text))
    if kind == "SOUND_ICON" or len(text) > 1:
        return _said([re.sub(r"[-_]", " ", text)])
    said = _said(character_name(text))
    if text.isupper() and settings.cap_let_recogn != "none":
        before = _capital(has_capital_sound and settings.cap_let_recogn == "icon")
        return said.replace("<speak>", f"<speak>{before}", 1)
    return said


def without_elements(document: str) -> str:
    """Keep the text and the marks of an SSML document. No element or attribute in it can be wrong then."""
    parts = _TAG.split(_NOT_XML.sub(" ", document))
    kept = [escape(_unescaped(part)) if index % 2 == 0 else _kept(part) for index, part in enumerate(parts)]
    return f"<speak>{''.join(kept)}</speak>"


def plain(document: str) -> str:
    """Return the text of an SSML document without its tags; any other text as it is."""
    if not _DOCUMENT.match(document):
        return document
    return _unescaped("".join(_TAG.split(document)[::2]))


def mark_names(document: str) -> list[str]:
    """Return the names of the marks of a document, in order."""
    found = (re.search(r"""\bname\s*=\s*(["'])(.*?)\1""", mark) for mark in _MARK.findall(document))
    return [_unescaped(match[2]) for match in found if match]


def _document(text: str, settings: Settings, has_capital_sound: bool) -> str:
    if not _DOCUMENT.match(text):
        text = f"<speak>{escape(text)}</speak>"
    parts = _TAG.split(_NOT_XML.sub(" ", text))
    for index in range(0, len(parts), 2):
        if parts[index].strip():
            parts[index] = _text(_unescaped(parts[index]), settings, has_capital_sound)
    document = "".join(parts)
    if _ELEMENT.search(text):
        return document
    return _CONTENT.sub(lambda found: found[1] + _paragraphs(found[2]) + found[3], document)


def _text(text: str, settings: Settings, has_capital_sound: bool) -> str:
    """Return the SSML of a text between two tags."""
    if settings.spelling_mode == "on":
        return "".join(_parts(character_name(character)) for character in text if not character.isspace())
    named = NAMED[settings.punctuation_mode]
    text = escape(_SIGN.sub(lambda found: _named_sign(found, named), text) if named else text)
    if settings.cap_let_recogn == "none":
        return text
    before = _capital(has_capital_sound and settings.cap_let_recogn == "icon")
    return _CAPITALIZED.sub(lambda word: f"{before}{word[0]}" if word[0][0].isupper() else word[0], text)


def _named_sign(found: re.Match[str], named: frozenset[str]) -> str:
    """Return the name of a sign, or of several equal signs in a row, and the sign itself where it makes a pause."""
    sign, count = found[1], len(found[0])
    before, after = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    is_inside = (before.isdigit() and after.isdigit() and sign in _IN_NUMBER) or (
        before.isalpha() and after.isalpha() and sign in _IN_WORD
    )
    if sign not in named or (is_inside and count == 1):
        return found[0]
    names = f"{count} {SIGNS[sign]}" if count >= _MANY else " ".join([SIGNS[sign]] * count)
    return f" {names}{sign if sign in _PAUSING else ''} "


def _capital(is_sound: bool) -> str:
    return f'<mark name="{CAPITAL}"/>' if is_sound else "capital "


def _paragraphs(content: str) -> str:
    """Divide content without elements at its blank lines."""
    paragraphs = _BLANK_LINE.split(content)
    return content if len(paragraphs) == 1 else "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _said(parts: list[str]) -> str:
    return f"<speak>{_parts(parts)}</speak>"


def _parts(parts: list[str]) -> str:
    """Return SSML for words, and for characters that are to be named."""
    return " ".join(
        f'<say-as interpret-as="characters">{part}</say-as>'
        if len(part) == 1 and part.isascii() and part.isalnum()
        else escape(_NOT_XML.sub(" ", part))
        for part in parts
    )


def _kept(tag: str) -> str:
    return tag if _SAFE_MARK.fullmatch(tag) else ""


def _unescaped(text: str) -> str:
    """Replace the references of XML by their characters."""
    return _REFERENCE.sub(_referred, text)


def _referred(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _ENTITIES[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
