"""Verbalize citations of law: 387 F.3d 1344, 18 U.S.C. § 1030, Public Law 111-148, Case 21-1234, the 9th Cir."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import cardinal, digits, house_number, ordinal
from tts.text.normalize.roman import numeral_value
from tts.text.normalize.rule import Verbalized, rule, spell, word_before
from tts.text.regex import regex

_REPORTERS = {
    "U.S.C.A.": "U S C A", "U.S.C.": "U S C", "C.F.R.": "C F R", "U.S.": "U S", "S.Ct.": "supreme court",
    "L.Ed.2d": "L ed second", "L.Ed.": "L ed", "F.2d": "F second", "F.3d": "F third", "F.4th": "F fourth",
    "F.Supp.2d": "F supp second", "F.Supp.3d": "F supp third", "F.Supp.": "F supp", "F.R.D.": "F R D",
    "Fed.Reg.": "federal register", "Fed.Cl.": "federal claims", "Fed.App'x": "federal appendix", "Stat.": "stat",
    "B.R.": "B R", "Cal.App.2d": "cal app second", "Cal.App.3d": "cal app third", "Cal.App.4th": "cal app fourth",
    "Cal.App.5th": "cal app fifth", "Cal.2d": "cal second", "Cal.3d": "cal third", "Cal.4th": "cal fourth",
    "Cal.5th": "cal fifth", "Cal.Rptr.2d": "cal reporter second", "Cal.Rptr.3d": "cal reporter third",
    "N.Y.2d": "N Y second", "N.Y.3d": "N Y third", "N.Y.S.2d": "N Y S second", "N.E.2d": "N E second",
    "N.E.3d": "N E third", "N.W.2d": "N W second", "S.E.2d": "S E second", "S.W.2d": "S W second",
    "S.W.3d": "S W third", "A.2d": "A second", "A.3d": "A third", "P.2d": "P second", "P.3d": "P third",
    "So.2d": "southern second", "So.3d": "southern third", "A.D.2d": "A D second", "A.D.3d": "A D third",
    "Ill.2d": "illinois second", "Wis.2d": "wisconsin second", "Wn.2d": "washington second", "Mass.": "mass",
    "WL": "westlaw",
}  # fmt: skip


def _pattern(reporter: str) -> str:
    """Return a pattern of the reporter, with an optional space after each full stop."""
    return re.escape(reporter).replace(r"\.", r"\.\s?").removesuffix(r"\s?")


_REPORTER = "|".join(_pattern(reporter) for reporter in sorted(_REPORTERS, key=len, reverse=True))
_SERIES = "|".join(
    _pattern(name) for name in sorted(_REPORTERS, key=len, reverse=True) if name[-2:] in ("2d", "3d", "th")
)
_DOCKETS = frozenset(
    "law l no case cases docket dkt civil criminal civ crim petition appeal opinion bill order cause".split()
)
_CIRCUIT_BEFORE = regex(r"(?:\d(?:st|nd|rd|th|d)|\bD\.C\.|\bFed\.)\s\Z")
CITED = frozenset(
    "Mass Va Pa Tex Ill Fla Del Colo Conn Wash Mich Minn Md Ga Calif Ed So App Bankr Cal Cir Civ Cl Crim Dist "
    "Evid Fam Fed Pub Reg Rptr Stat Sup Super Supp Bus Con Res seq".split()
)
"""Abbreviations in citations: their full stop rarely ends a sentence."""
_CITING = frozenset("section sections sec rule rules usc code cfr subsection article art part title regulation".split())
_CODED = frozenset(
    "ucc usc cfr irc section sec rule article art code title chapter regulation ordinance statute".split()
)
_NUMBERED = frozenset(
    "room rm apt apartment unit suite ste flat sku item model serial catalog part batch lot stock product style "
    "upc asin ref p/n pn".split()
)
"""Words before the number of a thing, whose hyphen is not "to"."""
BEGIN_PHRASE = frozenset("N C E W M So Pub S Sup Fed D Ct App Dist L F Cir Fam Super cert H Gen Bus Crim".split())
"""First words of `read_phrase`."""
_RULES = regex(r"Fed\.\s?R\.\s?(?P<kind>Civ\.\s?P|Crim\.\s?P|Evid|App\.\s?P|Bankr\.\s?P)\.")
_KINDS = {
    "civ": "civil procedure", "crim": "criminal procedure", "evid": "evidence", "app": "appellate procedure",
    "bankr": "bankruptcy procedure",
}  # fmt: skip
_PHRASES = {
    "Pub.L.": "public law", "Pub.L.No.": "public law number", "So.2d": "southern second", "So.3d": "southern third",
    "L.Ed.2d": "L ed second", "S.Ct.": "supreme court", "Sup.Ct.": "supreme court", "Fed.Reg.": "federal register",
    "Fed.Cir.": "federal circuit", "D.C.Cir.": "D C circuit", "Ct.App.": "court of appeals",
    "App.Div.": "appellate division", "Dist.Ct.": "district court", "L.Ed.": "L ed", "F.Supp.": "F supp",
    "S.Res.": "senate resolution", "S.Con.Res.": "senate concurrent resolution", "S.J.Res.": "senate joint resolution",
    "H.Res.": "house resolution", "H.Con.Res.": "house concurrent resolution", "H.J.Res.": "house joint resolution",
    "Gen.Bus.Law": "general business law", "Bus. & Prof. Code": "business and professions code",
    "Crim.App.": "criminal appeals", "Cir.Ct.": "circuit court",
    "Fam.Ct.": "family court", "Super.Ct.": "superior court",
    "F.3d": "F third", "F.2d": "F second", "F.4th": "F fourth", "F.Supp.2d": "F supp second",
    "F.Supp.3d": "F supp third", "cert. denied": "cert denied", "cert. granted": "cert granted",
    "N.D.Cal.": "N D california", "S.D.Cal.": "S D california", "C.D.Cal.": "C D california",
    "E.D.Va.": "E D virginia", "W.D.Va.": "W D virginia", "D.Mass.": "D massachusetts", "E.D.Pa.": "E D pennsylvania",
    "W.D.Pa.": "W D pennsylvania", "E.D.Tex.": "E D texas", "W.D.Tex.": "W D texas", "N.D.Tex.": "N D texas",
    "S.D.Tex.": "S D texas", "N.D.Ill.": "N D illinois", "S.D.Fla.": "S D florida", "M.D.Fla.": "M D florida",
    "D.Del.": "D delaware", "D.Colo.": "D colorado", "D.Conn.": "D connecticut", "W.D.Wash.": "W D washington",
    "E.D.Mich.": "E D michigan", "D.Minn.": "D minnesota", "D.Md.": "D maryland", "N.D.Ga.": "N D georgia",
}  # fmt: skip
_PHRASE = regex("|".join(_pattern(phrase) for phrase in sorted(_PHRASES, key=len, reverse=True)))
_CLIPPED = {
    "ass'n": "association", "int'l": "international", "dep't": "department", "nat'l": "national",
    "gov't": "government", "comm'n": "commission", "fed'n": "federation", "eng'g": "engineering", "aff'd": "affirmed",
    "rev'd": "reversed", "sec'y": "secretary", "mem'l": "memorial", "att'y": "attorney", "cont'd": "continued",
    "env't": "environment", "soc'y": "society", "prof'l": "professional",
}  # fmt: skip


def clipped(word: str) -> str | None:
    """Return the full word of a clipped one, such as dep't; None for others."""
    return _CLIPPED.get(word.lower())


def read_phrase(text: str, start: int) -> Verbalized | None:
    """Expand an abbreviated phrase of law at `start`: Pub. L., S. Ct., Fed. R. Civ. P., D.C. Cir."""
    rules = _RULES.match(text, start)
    if rules:
        kind = _KINDS[rules["kind"].partition(".")[0].lower()]
        return Verbalized("law", f"federal rule of {kind}", rules.end())
    match = _PHRASE.match(text, start)
    if match is None or text[match.end() : match.end() + 1].isalnum():
        return None
    return Verbalized("law", _PHRASES[_key(match[0], _PHRASES)], match.end())


def is_circuit(text: str, start: int) -> bool:
    """Return whether "Cir." at `start` is a circuit of the courts, as in "9th Cir.", not a circle."""
    return bool(_CIRCUIT_BEFORE.search(text[max(0, start - 6) : start]))


def _key(written: str, table: dict[str, str]) -> str:
    """Return the table's key for a reporter or phrase as written, with or without spaces."""
    return written if written in table else re.sub(r"(?<=\.)\s", "", written)


def _citation(match: re.Match[str]) -> str:
    sections = {"": "", "§": "section", "§§": "sections"}[match["sections"] or ""]
    page = house_number(match["page"]) if len(match["page"]) < 5 else digits(match["page"])
    return f"{house_number(match['volume'])} {_REPORTERS[_key(match['reporter'], _REPORTERS)]} {sections} {page}"


def _series(match: re.Match[str]) -> str:
    """Verbalize the volume and the series of a reporter without a page: 387 F.3d."""
    return f"{house_number(match['volume'])} {_REPORTERS[_key(match['reporter'], _REPORTERS)]}"


def _subsections(match: re.Match[str]) -> str | None:
    """Verbalize a section with its subsections: 501(c)(3), Rule 12(b)(6), § 10(b)."""
    parts = re.findall(r"\((\w{1,4})\)", match["parts"])
    cited = (
        word_before(match.string, match.start()).lower() in _CITING
        or "§" in match.string[max(0, match.start() - 2) : match.start()]
    )
    retirement = len(match["number"]) == len("401") and len(parts) == 1 and parts[0].isalpha()
    if not cited and not retirement and (len(parts) < 2 or not parts[0].isalpha()):
        return None
    number = house_number(match["number"]) if len(match["number"]) < 5 else digits(match["number"])
    return " ".join([number, *map(_subsection, parts)])


def _subsection(part: str) -> str:
    if part.isdigit():
        return cardinal(part)
    numeral = numeral_value(part.upper()) if len(part) > 1 else None
    return cardinal(str(numeral)) if numeral else spell(part)


def _case(match: re.Match[str]) -> str:
    """Verbalize the number of a case with its kind: 12-cv-3456."""
    last = match["last"]
    last = house_number(last) if len(last) < 5 and last[0] != "0" else digits(last)
    office = f"{cardinal(match['office'])} " if match["office"] else ""
    return f"{office}{cardinal(match['year'])} {spell(match['kind'])} {last}"


def _statute(match: re.Match[str]) -> str | None:
    """Verbalize the number of a section, a part or an article whose hyphen is not "to": Section 5-102."""
    first, last = match["first"], match["last"]
    before = word_before(match.string, match.start()).lower()
    section = before in _CODED or match.string[max(0, match.start() - 2) : match.start()] == "§ "
    if before not in _NUMBERED and not (section and len(last) > max(2, len(first))):
        return None
    return " ".join(digits(part) if len(part) > 4 or part[0] == "0" else house_number(part) for part in (first, last))


def _docket(match: re.Match[str]) -> str | None:
    """Verbalize the number of a law, a case or a docket, whose hyphen is not "to"."""
    before = word_before(match.string, match.start())
    if before.lower() not in _DOCKETS or (before.islower() and before in ("no", "l")):
        return None
    public = match.string[max(0, match.start() - 7) : match.start()] in ("L. No. ", "aw No. ")
    if len(match["last"]) < len("123") and not (public or before.lower() in ("law", "l")):
        return None
    first = digits(match["first"]) if match["first"][0] == "0" else house_number(match["first"])
    last = match["last"]
    return f"{first} {house_number(last) if len(last) < 5 else digits(last)}"


def _numbered_court(match: re.Match[str]) -> str:
    """Verbalize the 2d of "2d Cir." """
    return ordinal(match["number"])


RULES = (
    rule(
        "law",
        rf"(?P<volume>\d{{1,4}})\s(?P<reporter>{_REPORTER})\s(?P<sections>§{{1,2}})?\s?(?P<page>\d{{1,6}})(?![\d,]\d|\w)",
        _citation,
        after=" ",
        sign="".join(sorted({reporter[0] for reporter in _REPORTERS})),
    ),
    rule(
        "law",
        rf"(?P<volume>\d{{1,4}})\s(?P<reporter>{_SERIES})(?!\w|\s\d)",
        _series,
        after=" ",
        sign="".join(sorted({reporter[0] for reporter in _REPORTERS})),
    ),
    rule(
        "law",
        r"(?P<number>\d{1,5})(?P<parts>(?:\((?:[a-zA-Z]|[ivx]{2,4}|\d{1,2})\)){1,5})(?![\w(])",
        _subsections,
        sign="(",
    ),
    rule(
        "law",
        r"(?:(?P<office>\d):)?(?P<year>\d{1,2})-(?P<kind>cv|cr|md|ap|bk|mc|mj|CV|CR|MD|AP|BK|MC|MJ)-(?P<last>\d{3,6})(?!\w)",
        _case,
        after="-",
    ),
    rule("law", r"(?P<first>\d{1,6})-(?P<last>\d{1,6})(?![\w-]|[.,]\d)", _statute, after="-"),
    rule(
        "law",
        r"(?P<number>40[139]|45[7])(?P<letter>[kb])(?P<several>s?)(?!\w)",
        lambda match: f"{house_number(match['number'])} {match['letter'].upper()}{match['several'] and chr(39) + 's'}",
        sign="kb",
    ),
    rule(
        "law",
        r"(?<=§ )(?P<number>\d{1,4})(?P<letter>[A-Z])(?!\w)",
        lambda match: f"{house_number(match['number'])} {match['letter']}",
    ),
    rule("law", r"(?P<number>\d{1,2})d(?=\s(?:Cir|Dist|Dep't|Dept|ed|Div)\b)", _numbered_court, after="d"),
    rule("law", r"(?P<first>\d{1,4})-(?P<last>\d{1,6})(?![\w-]|[.,]\d)", _docket, after="-"),
)
