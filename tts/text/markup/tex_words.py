"""The words of TeX's commands and signs."""

from __future__ import annotations

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
).split()
COMMANDS: dict[str, str] = {name: name for name in _GREEK}
COMMANDS |= {name.capitalize(): f"capital {name}" for name in _GREEK}
COMMANDS |= {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma"}
COMMANDS |= {
    "times": "times", "cdot": "times", "ast": "times", "div": "divided by", "pm": "plus or minus",
    "mp": "minus or plus",
    "le": "less than or equal to", "leq": "less than or equal to", "leqslant": "less than or equal to",
    "ge": "greater than or equal to", "geq": "greater than or equal to", "geqslant": "greater than or equal to",
    "lt": "less than", "gt": "greater than", "ll": "much less than", "gg": "much greater than",
    "ne": "not equal to", "neq": "not equal to", "approx": "approximately equal to", "sim": "is similar to",
    "simeq": "approximately equal to", "cong": "is congruent to", "equiv": "is equivalent to",
    "propto": "is proportional to", "to": "to", "rightarrow": "to", "longrightarrow": "to", "mapsto": "maps to",
    "leftarrow": "from", "Rightarrow": "implies", "implies": "implies", "Longrightarrow": "implies",
    "iff": "if and only if", "Leftrightarrow": "if and only if", "leftrightarrow": "if and only if",
    "infty": "infinity", "partial": "partial", "nabla": "del", "prime": "prime", "circ": "degrees", "degree": "degrees",
    "in": "in", "notin": "not in", "ni": "contains", "subset": "is a subset of", "subseteq": "is a subset of",
    "supset": "is a superset of", "cup": "union", "cap": "intersection", "emptyset": "the empty set",
    "setminus": "minus",
    "forall": "for all", "exists": "there exists", "neg": "not", "lnot": "not", "land": "and", "wedge": "and",
    "lor": "or", "vee": "or", "oplus": "plus", "otimes": "times", "mid": "such that", "perp": "is perpendicular to",
    "parallel": "is parallel to", "angle": "angle", "triangle": "triangle", "therefore": "therefore",
    "because": "because", "ldots": "…", "dots": "…", "cdots": "…", "hbar": "h bar", "ell": "L",
    "sin": "sine", "cos": "cosine", "tan": "tangent", "cot": "cotangent", "sec": "secant", "csc": "cosecant",
    "arcsin": "arc sine", "arccos": "arc cosine", "arctan": "arc tangent", "sinh": "hyperbolic sine",
    "cosh": "hyperbolic cosine", "tanh": "hyperbolic tangent", "log": "log", "ln": "natural log", "exp": "exponential",
    "max": "maximum", "min": "minimum", "det": "determinant", "gcd": "greatest common divisor", "mod": "mod",
    "bmod": "mod", "pmod": "mod", "Re": "real part of", "Im": "imaginary part of", "vec": "vector",
}  # fmt: skip
"""Name of a command -> its words."""

BIG = {"\\sum": "sum", "\\prod": "product", "\\int": "integral", "\\lim": "limit", "\\bigcup": "union"}
"""Commands with a lower and an upper bound."""

ACCENTS = {
    "\\hat": "hat", "\\widehat": "hat", "\\bar": "bar", "\\overline": "bar", "\\tilde": "tilde", "\\widetilde": "tilde",
    "\\dot": "dot", "\\ddot": "double dot", "\\underline": "underlined",
}  # fmt: skip
"""Commands whose group is read before them."""
CHOICES = frozenset(("\\binom", "\\dbinom", "\\tbinom"))
"""Commands of binomial coefficients."""

TEXT = frozenset(r"\text \textrm \textbf \textit \mbox \operatorname \mathrm".split())
"""Commands whose group is words, not letters."""

SIGNS = {
    "+": "plus", "-": "minus", "−": "minus", "=": "equals", "<": "less than", ">": "greater than", "/": "over",
    "*": "times", "!": "factorial", "'": "prime", "%": "percent", "\\%": "percent", "\\$": "dollars", "\\&": "and",
    "(": "(", ")": ")", ",": ",", ";": ";", ":": ":", "[": "(", "]": ")", "\\{": "(", "\\}": ")", "\\\\": ",",
    "\\#": "number", ".": ".", "?": "?",
}  # fmt: skip
"""A sign -> its words or its mark."""

SILENT = frozenset(
    r"""{ } & | ~ " ^ _ $ \ \, \; \: \! \> \  \| \left \right \big \Big \bigl \bigr \Bigl \Bigr \quad \qquad \limits
    \displaystyle \textstyle \mathbf \mathbb \mathcal \mathsf \mathit \boldsymbol \bm
    \boxed \nonumber \tag \label \middle
    \cdotp \hspace \vspace \langle \rangle \lfloor \rfloor \lceil \rceil \lvert \rvert \lVert \rVert""".split()
)
"""Commands and signs of layout."""
