"""Read the signs of code and shells in a text: $HOME, $TSLA, std::vector, --verbose, -h, .gitignore, <stdio.h>."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import cardinal
from tts.text.normalize.rule import Verbalized, spell
from tts.text.normalize.shifts import read_shift
from tts.text.regex import regex

STARTS = frozenset("$:-.<>&(=[]")
"""First characters of the signs."""
_VARIABLES = "HOME|PATH|USER|PWD|SHELL|TERM|LANG|TMPDIR|EDITOR|HOST|OLDPWD|UID|PORT"
_TICKER = regex(rf"\$(?!(?:{_VARIABLES})\b)(?=[A-Z]{{1,5}}(?![A-Za-z0-9_]))")
_SCALE = regex(r"(?<=[( ])\$(?P<scale>[KMB]|MM|bn|mn)(?=\))")
_SCALES = {"K": "thousands", "M": "millions", "MM": "millions", "mn": "millions", "B": "billions", "bn": "billions"}
_VARIABLE = regex(r"\$(?:(?=[A-Za-z_])|\{(?P<name>[A-Za-z_]\w{0,40})\})")
_SCOPE = regex(r"::(?=[A-Za-z_<~*])")
_COMMANDS = (
    "git|npm|npx|pip|pip3|docker|python|python3|cargo|kubectl|curl|wget|node|go|brew|apt|yarn|make|bash|sh|ls|rm|tar|ps|"
    "grep|cp|mv|chmod|chown|df|du|ssh|scp|find|head|tail|sort|uname|ln|mkdir|sudo|sed|awk|xargs|kill|ping|netstat|ffmpeg|"
    "helm|terraform|pytest|gcc|systemctl|journalctl|rsync|conda|uv|tts|man"
)
_COMMAND_BEFORE = regex(rf"\b(?:{_COMMANDS})\b[^.!?]{{0,60}}\s\Z|\b(?:{_COMMANDS})\s\Z")
_OPTION_BEFORE = regex(
    r"(?:\A|[(\"'`,]\s?|\b(?:the|a|an|use|using|with|without|flag|flags|option|options|pass|passing|add|adding|set|run|and|or|"
    r"via|like|both|try|called|named)\s)\Z",
    re.IGNORECASE,
)
_OPTION_AFTER = regex(r"[\w-]{1,30}(?:=|\s(?:flag|option|argument|parameter|switch)\b|[)\"'`,.]?\s*\Z|\s--?[a-z])")
_LONG = regex(r"--(?=[a-z][a-z-]{1,30})")
_LETTER = regex(r"-(?P<letters>[A-HJ-Za-z]|[a-z]{2,4})(?P<number>\d{0,2})(?=[\s=,.)\"'`]|\Z)")
_DOT_FILES = {
    "gitignore": "git ignore", "gitattributes": "git attributes", "gitmodules": "git modules", "bashrc": "bash R C",
    "zshrc": "Z S H R C", "vimrc": "vim R C", "npmrc": "N P M R C", "dockerignore": "docker ignore",
    "eslintrc": "E S lint R C", "prettierrc": "prettier R C", "editorconfig": "editor config",
    "htaccess": "H T access", "env": "env", "profile": "profile", "git": "git", "ssh": "S S H", "github": "git hub",
    "venv": "V env", "vscode": "V S code",
}  # fmt: skip
_DOT_FILE = regex(rf"\.(?P<name>{'|'.join(sorted(_DOT_FILES, key=len, reverse=True))})(?![\w/-])")
_HEADER = regex(r"<(?=[A-Za-z_][\w/]{2,40}(?:\.h(?:pp)?)?>)")
_HEADER_END = regex(r"<[A-Za-z_][\w/]{2,40}(?:\.h(?:pp)?)?>\Z")
_PLACEHOLDER = regex(r"<(?=[A-Za-z][\w.-]{2,30}(?: [a-z][\w.-]{0,20}){0,2}>)(?!\w{1,2} )(?!\w+ and )")
_PLACEHOLDER_END = regex(r"<[A-Za-z][\w.-]{2,30}(?: [a-z][\w.-]{0,20}){0,2}>\Z")
_ET_CETERA = regex(r"&c(?!\w)")
_EITHER = regex(r"\(s\)he(?!\w)")
_SHORTCODE = regex(r":(?P<name>[a-z][a-z_]{2,30}|\+1|-1):(?![\w:`])")
_EMOJI = {"+1": "thumbs up", "-1": "thumbs down", "tada": "party popper", "lol": "laughing"}
_MARKED = regex(r"==(?=[^\s=][^=\n]{0,120}==(?![=\w]))")
_MARKED_BEFORE = regex(r"(?:\A|\s)==[^\s=][^=\n]{0,120}\Z")
_WIKI = regex(r"\[\[(?=[A-Za-z][^\[\]\n]{0,100}\]\])(?:[^\[\]|\n]{1,60}\|)?")
_WIKI_BEFORE = regex(r"\[\[[A-Za-z][^\[\]\n]{0,100}\Z")
_WIDEST_LINK = 130
_LOOK_BACK = 70


def read_code_sign(text: str, position: int) -> Verbalized | None:
    """Read the sign at `position`, which must be one of STARTS, with "" for a silent sign; None for other signs."""
    character = text[position]
    if character in "&(":
        return _special(text, position)
    before = text[position - 1 : position] if position else ""
    if character == "$":
        return None if before.isalnum() else _dollar(text, position)
    if character in "=[]":
        return _mark(text, position)
    if character == ":" and (named := _SHORTCODE.match(text, position)) and not before.isalnum():
        words = _EMOJI.get(named["name"]) or named["name"].replace("_", " ").strip()
        return Verbalized("emoji", words, named.end())
    if character == ":":
        scoped = _SCOPE.match(text, position) if before.isalnum() else None
        return Verbalized("symbol", "", scoped.end()) if scoped else None
    if character in "<>":
        return read_shift(text, position) or _bracket(text, position)
    if before and not before.isspace() and before not in "(\"'`":
        return None
    if character == ".":
        file = _DOT_FILE.match(text, position)
        return Verbalized("electronic", f"dot {_DOT_FILES[file['name']]}", file.end()) if file else None
    return _option(text, position)


def _special(text: str, position: int) -> Verbalized | None:
    """Read "&c." and "(s)he"."""
    if _ET_CETERA.match(text, position):
        end = position + 2 + text.startswith(".", position + 2)
        return Verbalized("abbreviation", "et cetera", end)
    either = _EITHER.match(text, position)
    return Verbalized("abbreviation", "he or she", either.end()) if either else None


def _mark(text: str, position: int) -> Verbalized | None:
    """Skip the signs of ==marked== text and of a [[link]] of a wiki, with the page before its label."""
    before = text[max(0, position - _WIDEST_LINK) : position]
    if text.startswith("==", position):
        marked = _MARKED.match(text, position) if not before[-1:].strip() else _MARKED_BEFORE.search(before)
        return Verbalized("symbol", "", position + 2) if marked else None
    if text.startswith("]]", position):
        return Verbalized("symbol", "", position + 2) if _WIKI_BEFORE.search(before) else None
    wiki = _WIKI.match(text, position)
    return Verbalized("symbol", "", wiki.end()) if wiki else None


def _dollar(text: str, position: int) -> Verbalized | None:
    if scaled := _SCALE.match(text, position):
        return Verbalized("money", f"{_SCALES[scaled['scale']]} of dollars", scaled.end())
    if _TICKER.match(text, position):
        return Verbalized("symbol", "", position + 1)
    variable = _VARIABLE.match(text, position)
    if variable is None:
        return None
    name = variable["name"]
    words = f"dollar {name.replace('_', ' ').lower()}" if name else "dollar"
    return Verbalized("symbol", words, variable.end())


def _option(text: str, position: int) -> Verbalized | None:
    """Read the hyphens of an option, if the words around them tell one."""
    before = text[max(0, position - _LOOK_BACK) : position]
    long = _LONG.match(text, position)
    told = bool(_OPTION_BEFORE.search(before) or _COMMAND_BEFORE.search(before))
    if long:
        return Verbalized("symbol", "dash dash", long.end()) if told and _is_option(text, long.end(), before) else None
    short = _LETTER.match(text, position)
    joined = short and (len(short["letters"]) > 1 or short["number"])
    if short is None or not told or (joined and not _COMMAND_BEFORE.search(before)):
        return None
    number = f" {cardinal(short['number'])}" if short["number"] else ""
    return Verbalized("symbol", f"dash {spell(short['letters'])}{number}", short.end())


def _is_option(text: str, start: int, before: str) -> bool:
    return bool(_COMMAND_BEFORE.search(before) or _OPTION_AFTER.match(text, start))


def _bracket(text: str, position: int) -> Verbalized | None:
    """Skip the brackets of a header or a placeholder: <stdio.h>, <your name>."""
    if text[position] == "<":
        silent = _HEADER.match(text, position) or _PLACEHOLDER.match(text, position)
        return Verbalized("symbol", "", position + 1) if silent else None
    line = text[max(0, position - _LOOK_BACK) : position + 1]
    start = line.rfind("<")
    if start < 0:
        return None
    silent = _HEADER_END.match(line, start) or (_PLACEHOLDER.match(line, start) and _PLACEHOLDER_END.match(line, start))
    return Verbalized("symbol", "", position + 1) if silent else None
