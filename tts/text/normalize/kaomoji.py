"""Find faces drawn with signs, which stay silent: (^_^), (╯°□°)╯︵ ┻━┻, ʕ•ᴥ•ʔ, ಠ_ಠ, ^^."""

from __future__ import annotations

from tts.text.regex import regex

STARTS = frozenset("(ʕ༼ಠಥ┬┻┳╰ヽლづ☞٩ᕕᕙ¬@$=*.<>\\Q^;~-")
"""First characters of faces."""
_ASCII_STARTS = frozenset("@$=*.<>\\Q^;~-")
_SECOND = frozenset("_^-(w.oA")
"""Second characters of a face that starts with one of `_ASCII_STARTS`."""
_SIGN_EYES = r"\^°•●◉⊙ಠಥ¬>＜<;@$=*~・･ﾟ☆★–—-"
_ASCII_MOUTH = r"[._\-—oOwWvV3x^]"
_MOUTH = rf"(?:{_ASCII_MOUTH}|[ωД∀▽□‿﹏◡³ᴗヮ益ェ∇⌣皿人◇口△])"
_CHEEK = r"[ノ*=;:'´`｡.✿#•~+\"/\\]"
_EYES = (
    rf"(?:(?P<sign>[{_SIGN_EYES}])\s?{_MOUTH}{{1,3}}\s?(?P=sign)|(?P<letter>[oOTuUxX0])\s?(?:_+|ω|﹏)\s?(?P=letter)"
    rf"|[oO]\.[oO]|[oO]_[oO]|\._+\.|ง'-'|[>≧]{_MOUTH}{{1,3}}[<≦]|'[ω∀Дд▽]`|\^\s?\^)"
)
_FACE = rf"\(\s?{_CHEEK}{{0,2}}\s?{_EYES}\s?{_CHEEK}{{0,2}}\s?\)"
_RARE = r"‿◕ಥ﹏▽□ヮᴥʖツ≧≦◡⌣ᴗ◉ʘ｡◔ᵕﾟಡ▿⌐╥╯╰⇀↼ಠ⊙•"
_ODD = (
    rf"[(ʕ༼](?=[^()ʔ༽\n]{{0,14}}[{_RARE}])(?![^()ʔ༽\n]{{0,14}}[A-Za-z\d]{{2}})"
    rf"(?![^()ʔ༽\n]{{0,14}}[^\W\d_{_RARE}]{{3}})"
    r"[^()ʔ༽\n]{3,16}[)ʔ༽]"
)
_ARM = r"[\\/<>ノﾉヽづつっ☞☜ง╯╰ლ乁ᕕᕗᕙᕦᕤ٩۶彡┌┐└┘*~♪♡✧｡ﾟ･・:]"
_TABLE = r"[┻┳┬┴][━─]{1,3}[┻┳┬┴]"
_BODY = regex(
    rf"(?:{_TABLE}\s?)?{_ARM}{{0,3}}(?:{_FACE}|{_ODD})(?:{_ARM}|_/¯|\s?{_TABLE}|\(\s?{_TABLE}){{0,8}}(?=[\s.,!?)\"]|\Z)"
)
_BARE = regex(
    r"(?:\^\^+|\^[_.o-]?\^|\^_+~|(?P<eye>[@$=¬ಠಥ*~>-])_+(?P=eye)|<_<|[>.]_[<.]|;-;|Q[_Aw]Q|ಠ\wಠ)(?=[\s.,!?)\"]|\Z)"
)


def face_end(text: str, position: int) -> int | None:
    """Return the end of the face at `position`, which must be in STARTS; None if there is none."""
    if text[position] in _ASCII_STARTS and text[position + 1 : position + 2] not in _SECOND:
        return None
    if text[position - 1 : position].isalnum():
        return None
    match = _BODY.match(text, position) or _BARE.match(text, position)
    return match.end() if match else None
