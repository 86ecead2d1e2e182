"""Find initials: U.S., J. F. Kennedy, E. coli."""

from __future__ import annotations

from tts.text.regex import regex

_INITIALS = regex(r"(?:[A-Za-z]\.)+[A-Za-z](?:\.|(?!\w))(?!\w)")
_SPECIES = (
    "coli|diff|difficile|aureus|pylori|elegans|rex|subtilis|falciparum|vivax|sapiens|erectus|neanderthalensis|albicans|"
    "cerevisiae|pneumoniae|botulinum|perfringens|tuberculosis|melanogaster|thaliana|typhi|typhimurium|enterica|cholerae|"
    "aeruginosa|pyogenes|gondii|burgdorferi|acnes|familiaris|catus|sativa|sativus|vulgaris|officinalis|musculus|"
    "norvegicus|gallus|mellifera|pestis|anthracis|jejuni|meningitidis|gonorrhoeae|faecalis|faecium|epidermidis|mutans|"
    "reuteri|acidophilus|plantarum|lupus|habilis|africanus|afarensis"
)
_ONE_INITIAL = regex(rf"[A-Z]\.(?=\s{{1,3}}(?:[A-Z]|(?:{_SPECIES})\b))")


def read_initials(text: str, position: int) -> int | None:
    """Return the end of the initials at `position` ("U.S.", the "J." of "J. F. Kennedy"), or None."""
    match = _INITIALS.match(text, position) or _ONE_INITIAL.match(text, position)
    return match.end() if match else None
