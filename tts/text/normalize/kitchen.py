"""Verbalize the one-letter measures of recipes: 1 c. sugar, 2 T. oil, 1/2 t salt."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import AMOUNT, amount, is_one
from tts.text.normalize.rule import rule
from tts.text.regex import regex

_MEASURES = {"c": "cup", "C": "cup", "T": "tablespoon", "t": "teaspoon"}
_FOODS = (
    "sugar|flour|butter|milk|cream|water|oil|salt|pepper|vanilla|cinnamon|honey|syrup|molasses|vinegar|juice|broth|stock|"
    "rice|oats|oatmeal|cheese|cheddar|parmesan|mozzarella|yogurt|yoghurt|mayonnaise|mayo|mustard|ketchup|margarine|"
    "shortening|lard|cocoa|chocolate|raisins|nuts|walnuts|pecans|almonds|coconut|cornstarch|cornmeal|yeast|nutmeg|ginger|"
    "cloves|paprika|cumin|oregano|basil|thyme|parsley|cilantro|garlic|onions?|celery|carrots?|potatoes|tomatoes|peas|"
    "beans|corn|mushrooms|spinach|berries|blueberries|strawberries|cranberries|apples?|bananas?|lemon|lime|orange|"
    "pumpkin|breadcrumbs|crumbs|soda|powder|buttermilk|wine|rum|tea|coffee|soy|sauce|gelatin|pasta|macaroni|noodles|"
    "lentils|quinoa|chips|zest|seeds|extract|tapioca|bran|wheat"
)
_HOW = (
    "(?:all-purpose|white|brown|powdered|granulated|confectioners'?|packed|sifted|melted|softened|chopped|diced|minced|grated|"
    "shredded|sliced|warm|hot|cold|boiling|cooked|dry|dried|fresh|frozen|ground|heavy|sour|whole|skim|olive|vegetable|"
    "canola|baking|lemon|orange|maple|corn|peanut|cream|kosher|sea|black|cayenne|garlic|onion|chili|soy|light|dark|"
    "unsalted|plain|self-rising|cake|bread|rolled|quick|toasted|crushed|of|or|finely|firmly)"
)
_FOOD_AFTER = regex(rf",? (?:\([^)]{{1,30}}\) )?(?:{_HOW} ){{0,4}}(?:{_HOW}|{_FOODS})\b", re.IGNORECASE)
_ENDS = regex(r"\s*\Z|[,;)]|\s(?:plus|and|each|or|more)\b")


def _measure(match: re.Match[str]) -> str | None:
    """Verbalize the measure before a food, or before a full stop that cannot end a sentence; None for other letters."""
    text, end = match.string, match.end()
    stopped = match["stop"] and match["unit"] != "C" and _ENDS.match(text, end)
    if not (stopped or _FOOD_AFTER.match(text, end)):
        return None
    number = match["last"] or match["number"]
    words = f"{amount(match['number'])} to {amount(number)}" if match["last"] else amount(number)
    name = _MEASURES[match["unit"]]
    return f"{words} {name if is_one(number) and not match['last'] else name + 's'}"


RULES = (
    rule(
        "measure",
        rf"(?P<number>{AMOUNT})(?:\s?[-—]\s?(?P<last>{AMOUNT}))?\s?(?P<unit>[cCtT])(?P<stop>\.)?(?![\w.'/°-])",
        _measure,
        sign="cCtT",
    ),
)
