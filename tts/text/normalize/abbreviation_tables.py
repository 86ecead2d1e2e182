"""Tables of abbreviations with a full stop, by what stands beside them, and questions about one word."""

from __future__ import annotations

from tts.text.normalize.law import CITED
from tts.text.regex import regex

ANYWHERE = {
    "Mr": "mister", "Mrs": "missus", "Ms": "ms", "Messrs": "messieurs", "Mme": "madame", "Mlle": "mademoiselle",
    "Prof": "professor", "Jr": "junior", "Sr": "senior", "Esq": "esquire", "Inc": "incorporated", "Msgr": "monsignor",
    "Corp": "corporation", "Ltd": "limited", "Bros": "brothers", "Dept": "department", "dept": "department",
    "Assn": "association", "Assoc": "associates", "Asst": "assistant", "asst": "assistant", "Univ": "university",
    "Ave": "avenue", "Blvd": "boulevard", "Pkwy": "parkway", "vs": "versus", "etc": "et cetera",
    "approx": "approximately", "Govt": "government", "govt": "government", "misc": "miscellaneous", "avg": "average",
    "viz": "namely", "Educ": "education", "Hosp": "hospital", "cf": "compare",
    "al": "al", "seq": "seq", "e.g": "for example", "i.e": "that is",
    "E.g": "for example", "I.e": "that is", "eg": "for example", "ie": "that is", "Ph.D": "P H D", "B.Sc": "B S C",
    "M.Sc": "M S C", "Bldg": "building", "bldg": "building", "Atty": "attorney", "Supt": "superintendent",
    "Mfg": "manufacturing", "incl": "including", "excl": "excluding", "esp": "especially", "orig": "originally",
    "max": "maximum", "ibid": "ibid", "pron": "pronounced", "Mk": "mark", "eds": "editors", "Bd": "board",
    "ea": "each", "acct": "account", "Acct": "account", "Attn": "attention", "attn": "attention", "feat": "featuring",
    "Bro": "brother", "Assemb": "assembly", "Const": "constitution", "repr": "reprinted", "illus": "illustrated",
}  # fmt: skip
CLIPPED_BEFORE_WORD = frozenset("ed eds trans rev pron op loc cit ibid repr illus Id id Ed Trans".split())
"""Words that are abbreviations before a word in small letters: "ed. by Smith", "op. cit. 5", "Id. at 5"."""
BEFORE_NAME = {
    "Gen": "general", "Col": "colonel", "Capt": "captain", "Lt": "lieutenant", "Sgt": "sergeant", "Cpl": "corporal",
    "Maj": "major", "Adm": "admiral", "Cmdr": "commander", "Rev": "reverend", "Hon": "honorable", "Gov": "governor",
    "Sen": "senator", "Rep": "representative", "Pres": "president", "Mt": "mount", "Ft": "fort", "Brig": "brigadier",
    "Pvt": "private", "Fr": "father", "Sec": "secretary", "Amb": "ambassador", "Insp": "inspector", "Det": "detective",
    "Supt": "superintendent", "Reps": "representatives", "Sens": "senators", "Profs": "professors", "Drs": "doctors",
    "Sts": "saints", "Pt": "point", "Ste": "sainte",
}  # fmt: skip
AFTER_NAME = {
    "Co": "company", "Rd": "road", "Sq": "square", "Ct": "court", "Pl": "place", "Hwy": "highway", "Ln": "lane",
    "Cir": "circle", "Ter": "terrace", "Cos": "companies", "Expy": "expressway",
}  # fmt: skip
BEFORE_NUMBER = {
    "No": "number", "Nos": "numbers", "no": "number", "nos": "numbers", "p": "page", "pp": "pages", "vol": "volume",
    "Vol": "volume", "vols": "volumes", "ch": "chapter", "Ch": "chapter", "fig": "figure", "Fig": "figure",
    "figs": "figures", "Figs": "figures", "sec": "section", "Sec": "section", "eq": "equation", "Eq": "equation",
    "Art": "article", "art": "article", "ed": "edition", "c": "circa", "ca": "circa", "Apt": "apartment",
    "apt": "apartment", "Rm": "room", "rm": "room", "Ste": "suite", "Rte": "route", "Hwy": "highway",
    "tel": "telephone", "Tel": "telephone", "ext": "extension", "Ext": "extension", "est": "established",
    "Est": "established", "Fl": "floor", "par": "paragraph", "Par": "paragraph", "Op": "opus", "op": "opus",
    "Pt": "part", "pt": "part", "max": "maximum", "min": "minimum", "Ex": "example", "l": "line", "ll": "lines",
    "v": "verse", "Bk": "book", "Jan": "january", "Rs": "rupees", "Ps": "psalm", "Chap": "chapter", "chap": "chapter",
    "amend": "amendment", "Amend": "amendment", "cl": "clause", "para": "paragraph", "paras": "paragraphs",
    "Dkt": "docket", "Ver": "version", "ver": "version", "Sect": "section", "sect": "section", "Eqs": "equations",
    "eqs": "equations", "Thm": "theorem", "Prop": "proposition", "Lem": "lemma", "App": "appendix",
    "Appx": "appendix", "Def": "definition", "Tbl": "table", "tit": "title", "Tit": "title", "fol": "folio",
    "n": "note", "Ep": "episode", "ep": "episode", "Eps": "episodes", "eps": "episodes", "Mag": "magnitude",
    "mag": "magnitude", "Lat": "latitude", "lat": "latitude",
    "nn": "notes", "Mk": "mark", "Amdt": "amendment", "subd": "subdivision", "Feb": "february", "Mar": "march",
    "Apr": "april", "Jun": "june",
    "Jul": "july", "Aug": "august", "Sep": "september", "Sept": "september", "Oct": "october", "Nov": "november",
    "Dec": "december",
}  # fmt: skip
SCRIPTURE = {
    "Gen": "genesis", "Ex": "exodus", "Lev": "leviticus", "Deut": "deuteronomy", "Prov": "proverbs",
    "Eccl": "ecclesiastes", "Isa": "isaiah", "Jer": "jeremiah", "Ezek": "ezekiel", "Dan": "daniel", "Matt": "matthew",
    "Rom": "romans", "Cor": "corinthians", "Gal": "galatians", "Eph": "ephesians", "Phil": "philippians",
    "Col": "colossians", "Thess": "thessalonians", "Tim": "timothy", "Heb": "hebrews", "Pet": "peter",
    "Rev": "revelation",
}  # fmt: skip
"""Books of the Bible whose abbreviation is also a word or a name: expanded only before a chapter and verse."""
BY_PLACE = {"St": ("saint", "street"), "Dr": ("doctor", "drive")}
WITHOUT_STOP = {
    "mr": "mister", "mrs": "missus", "vs": "versus", "etc": "et cetera", "qty": "quantity", "amt": "amount",
    "mgmt": "management", "mgr": "manager",
}  # fmt: skip
"""Words in small letters, or with a capital, that are abbreviations even without their full stop."""
# Titles that are unambiguous before a name even without their full stop. "Gen" (Gen Z) and "Rep" are ambiguous.
RANKS = frozenset("Capt Lt Sgt Cpl Cmdr Gov Pvt".split())
_TITLES = frozenset({*BEFORE_NAME, *BY_PLACE, "Mr", "Mrs", "Ms", "Messrs", "Prof", "Mme", "Mlle"})
OPENERS = frozenset(
    "the a an he she it they we you i this that these those there his her its their our my your in on at but and so "
    "if when while what why how who as for from after before then however although yet or not no yes".split()
)
"""Words that start a sentence and rarely follow an abbreviation inside one ("in the U.S. He", not "the U.S. Army")."""

_SHOUTED = regex(r"[A-Z]{2,6}\Z")


def without_stop(word: str) -> str:
    """Expand the lower-case word if it is an unambiguous abbreviation without its full stop, such as "mr"."""
    return WITHOUT_STOP.get(word, word)


def is_title(word: str) -> bool:
    """Return whether the word with a full stop is a title before a name, and so never ends a sentence there."""
    return as_listed(word) in _TITLES


def is_abbreviation(word: str) -> bool:
    """Return whether the word with a full stop is an abbreviation of any kind."""
    word = as_listed(word)
    return (
        word in CITED
        or word in SCRIPTURE
        or word in _TITLES
        or word in ANYWHERE
        or word in AFTER_NAME
        or word in BEFORE_NUMBER
    )


def announces_number(word: str) -> bool:
    """Return whether the word with a full stop is an abbreviation only before a number, such as "No. 5"."""
    word = as_listed(word)
    return word in BEFORE_NUMBER | SCRIPTURE and word not in BEFORE_NAME and word not in AFTER_NAME


def as_listed(word: str) -> str:
    """Return the word as the tables have it: "MR" as "Mr"."""
    return word.capitalize() if _SHOUTED.match(word) else word
