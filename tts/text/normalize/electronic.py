"""Verbalize electronic tokens: e-mail addresses, URLs, domains, paths, file names, hashtags and handles."""

from __future__ import annotations

import re

from tts.text.normalize.acronyms import camel_parts, irregular_acronym, is_spelled
from tts.text.normalize.codes import characters
from tts.text.normalize.numbers import cardinal, digits, year
from tts.text.normalize.rule import Verbalized, spell
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

LONGEST = 600
"""Characters of a token that the patterns see."""

_TOP = (
    "com|org|net|edu|gov|mil|int|info|biz|io|ai|uk|ca|de|fr|jp|cn|au|eu|ru|ch|it|nl|se|es|tv|dev|app|xyz|online|shop|"
    "co|us|me"
)
# Top-level domains that are also words: "I went home.it was" has no domain in it.
_DOUBTFUL = frozenset("it me us es de".split())
_FILES = (
    "txt|pdf|docx?|xlsx?|pptx?|csv|tsv|json|ya?ml|xml|html?|css|js|ts|py|rb|rs|java|cpp|hpp|sh|bat|exe|dll|zip|tar|"
    "gz|tgz|7z|rar|iso|png|jpe?g|gif|svg|bmp|tiff?|webp|mp3|mp4|wav|flac|ogg|avi|mov|mkv|md|rst|log|ini|cfg|conf|toml|sql|db|bak|tmp|ipynb|onnx|epub"
)
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,6}[A-Za-z]{2,12}"
_TAIL = r"(?::\d{1,5}(?!\d))?(?:[/?#][^\s<>\"]{0,500})?"
_PATTERNS = tuple(
    regex(pattern)
    for pattern in (
        r"(?:doi:\s?)?10\.\d{4,9}/[^\s<>\"]{1,200}",
        r"(?:https?|ftps?|sftp|file|ssh|git|wss?)://[^\s<>\"]{1,590}",
        r"(?:mailto:)?[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@" + _HOST + r"(?![\w@])",
        r"[Ww][Ww][Ww]\.[^\s<>\"]{1,500}",
        rf"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,62}})\.){{1,6}}(?P<top>{_TOP})(?![\w-]){_TAIL}",
        r"localhost" + _TAIL,
        rf"[\w-]{{0,60}}(?:\.[\w-]{{1,60}}){{0,3}}\.(?:{_FILES})(?![\w@])",
        r"(?:~|\.{1,2})?(?:/[\w.+-]{1,80}){2,12}/?",
        r"(?:~|\.{1,2})/[\w.+-]{1,80}/?",
        r"[A-Z]:(?:\\[\w .+-]{1,60}(?=\\)|\\[\w.+-]{1,60}){1,12}",
        r"[A-Za-z][\w-]{0,40}(?:/[\w.-]{1,60}){1,10}\.(?:" + _FILES + r")(?!\w)",
        r"#(?=[A-Fa-f]{0,5}\d)(?=\d{0,5}[A-Fa-f])[\dA-Fa-f]{6}(?!\w)",
        r"#(?!(?:include|define|ifdef|ifndef|endif|pragma|import|if|else)\b)(?![A-Z]{1,2}\d{3})(?:\d{1,4}(?=[A-Z][a-z]{2}))?[A-Za-z_]\w{0,100}",
        r"@[A-Za-z0-9_](?:[\w.]{0,40}\w)?",
        r"\.(?:com|org|net|edu|gov|io)(?!\w)",
    )
)
_SIGN_NAMES = {
    ".": "dot", "/": "slash", ":": "colon", "-": "dash", "_": "underscore", "@": "at", "?": "question mark",
    "=": "equals", "&": "and", "#": "hash", "%": "percent", "+": "plus", "~": "tilde", "\\": "backslash", ",": "comma",
    ";": "semicolon", "!": "exclamation point", "*": "star", "$": "dollar", "(": "open parenthesis",
    ")": "close parenthesis", "'": "apostrophe", "[": "open bracket", "]": "close bracket", "|": "pipe",
}  # fmt: skip
_WORDS = {
    "jpg": "J P G", "jpeg": "J peg", "www": "W W W", "io": "I O", "edu": "E D U", "uk": "U K",
    "py": "pie", "exe": "E X E",
    "fr": "F R", "js": "J S", "ts": "T S", "md": "M D", "tv": "T V", "ai": "A I", "co": "co",
    "com": "com", "org": "org", "net": "net", "gov": "gov", "api": "A P I", "html": "H T M L", "pdf": "P D F",
    "url": "U R L", "php": "P H P", "css": "C S S", "docs": "docs", "img": "I M G", "http": "H T T P",
    "https": "H T T P S",
    "ftp": "F T P", "usr": "user", "etc": "E T C", "src": "source", "tmp": "temp", "dev": "dev", "lib": "lib",
    "doi": "D O I", "arxiv": "archive", "ncbi": "N C B I", "nlm": "N L M", "nih": "N I H", "pmc": "P M C",
    "biorxiv": "bio archive", "medrxiv": "med archive",
    "gmail": "gmail", "wav": "wave", "csv": "C S V", "ca": "C A", "ch": "C H", "jp": "J P", "eu": "E U", "mp": "M P",
}  # fmt: skip
_COUNTRIES = frozenset("us de it es ca me in id no se".split())
_LEADING_NUMBER = regex(r"\d{1,4}(?=[A-Za-z])")
_MAC = regex(r"(?:[\dA-Fa-f]{2}:){5}[\dA-Fa-f]{2}(?![\w:])|(?:[\dA-Fa-f]{2}-){5}[\dA-Fa-f]{2}(?![\w-])")
_IPV6 = regex(
    r"(?=[\dA-Fa-f:]{2,45}(?![\w:]))(?:(?:[\dA-Fa-f]{1,4}:){7}[\dA-Fa-f]{1,4}"
    r"|(?:[\dA-Fa-f]{1,4}:){1,6}(?::[\dA-Fa-f]{1,4}){1,6}|(?:[\dA-Fa-f]{1,4}:){1,7}:|::(?:[\dA-Fa-f]{1,4}:){0,5}[\dA-Fa-f]{1,4})(?![\w:])"
)
_COLOR = regex(r"#(?=.{0,5}\d)[\dA-Fa-f]{6}")
_NUMBERED = regex(r"#[A-Z]{1,4}-\d{2,}")
"""The number of an order, not a hashtag."""
_PARTS = regex(r"[A-Za-z]+|\d+|[^A-Za-z\d]")
_CLOSING = ".,;:!?'\")]}…*_"


def read_electronic(text: str, position: int, lexicon: Lexicon) -> Verbalized | None:
    """Verbalize the address, file name or tag at `position`, which must follow white space or an opening mark."""
    chunk = text[position : position + LONGEST]
    mac = _MAC.match(chunk)
    hexadecimal = mac or _IPV6.match(chunk)
    if hexadecimal:
        joint = " , " if mac else " colon "
        groups = re.split(r"[:-]", hexadecimal[0])
        words = joint.join(characters(group.upper()) for group in groups).replace("  ", " ")
        return Verbalized("electronic", words.strip(), position + hexadecimal.end())
    if _NUMBERED.match(chunk):
        return None
    for pattern in _PATTERNS:
        match = pattern.match(chunk)
        if match and not (match.groupdict().get("top") in _DOUBTFUL and "/" not in match[0]):
            written = _without_closing(match[0])
            if len(written) > 1:
                return Verbalized("electronic", say_address(written, lexicon), position + len(written))
    return None


def say_address(written: str, lexicon: Lexicon) -> str:
    """Verbalize an address: its words, letters and digits, and its signs by name."""
    if _COLOR.fullmatch(written):
        return f"hash {characters(written[1:])}"
    if written.lower().startswith("doi:"):
        return f"D O I , {_say_parts(written[len('doi:') :].lstrip(), lexicon)}"
    if written[0] == "#":
        number = _LEADING_NUMBER.match(written, 1)
        rest = number.end() if number else 1
        count = f"{cardinal(number[0])} " if number else ""
        return f"hashtag {count}{_say_parts(written[rest:], lexicon)}"
    return _say_parts(written, lexicon)


def _say_parts(written: str, lexicon: Lexicon) -> str:
    spoken: list[str] = []
    for part in _PARTS.findall(written):
        if part in _COUNTRIES and spoken and spoken[-1] == "dot":
            spoken.append(spell(part))
        elif part.isdecimal():
            spoken.append(_number(part))
        elif part.isascii() and part.isalpha():
            spoken.append(_letters(part, lexicon))
        else:
            spoken.append(_SIGN_NAMES.get(part, ""))
    return " ".join(" ".join(spoken).split())


def _number(part: str) -> str:
    if len(part) == 4 and part[:2] in ("19", "20"):
        return year(part)
    return cardinal(part) if len(part) < 3 else digits(part)


def _letters(part: str, lexicon: Lexicon) -> str:
    special = _WORDS.get(part.lower()) or irregular_acronym(part)
    if special:
        return special
    if part.islower() or part.isupper() or part.istitle():
        return _word(part, lexicon)
    return " ".join(_letters(part[start:end], lexicon) for start, end in camel_parts(part))


def _word(part: str, lexicon: Lexicon) -> str:
    small = part.lower()
    if part.isupper() and len(part) > 1 and is_spelled(part, lexicon, False):
        return spell(part)
    if len(small) == 1:
        return spell(small)
    if small not in lexicon and (len(small) < 4 or not set(small) & set("aeiouy")):
        return spell(small) if len(small) < 6 else small
    return small


def _without_closing(written: str) -> str:
    """Remove final marks that belong to the sentence. A closing bracket stays if its opening one is inside."""
    while written and written[-1] in _CLOSING:
        if written[-1] == ")" and written.count("(") >= written.count(")"):
            break
        written = written[:-1]
    return written
