"""Make semantically unpredictable sentences with many words that LJSpeech lacks.

A frame of everyday syntax is filled with random words (Benoît, Grice and Hazan 1996, "The SUS test"). Such sentences
were made to test a synthesiser. They also teach one, for the same reason: the context does not help, so every word must
be clear. The words are everyday words; rare sounds (OY, ZH, UH, TH, AW, Y, NG) occur more often than usual.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator

NOUNS = (
    "anchor|ankle|apple|army|arrow|artist|author|baker|ball|basket|bath|beach|bear|bell|bench|bird|blanket|boiler|"
    "bone|book|booth|bottle|bowl|boy|branch|brick|bridge|broom|brother|brush|bucket|bull|bush|butcher|button|cabbage|"
    "cake|camel|candle|captain|carpet|castle|cellar|chain|chair|chalk|cheese|cherry|chicken|child|church|circle|cliff|"
    "clock|cloud|clown|coach|coil|collar|cook|corner|cottage|cousin|cow|coyote|cradle|crown|crowd|cup|curtain|"
    "daughter|deck|desk|diamond|dinner|dish|doctor|dog|door|dove|dragon|drawer|dream|dress|drum|duck|eagle|earth|"
    "elbow|engine|father|feather|fence|fiddle|field|finger|fish|flag|flower|flute|foil|foot|forest|fountain|fox|"
    "friend|frog|garage|gate|ghost|giant|girl|glass|glove|goat|gown|grape|grass|guard|guide|guitar|hammer|hand|harbor|"
    "hat|hawk|heart|hedge|hill|hook|horse|hotel|hound|house|ink|island|jacket|jar|jaw|jewel|joint|joke|journey|judge|"
    "jug|kettle|key|king|kitchen|kite|knee|knife|knot|ladder|lady|lamp|lawyer|leaf|leg|letter|lighthouse|lion|lizard|"
    "lock|log|loyal friend|lunch|magazine|mansion|map|mask|match|mayor|meadow|menu|mirror|monkey|moon|moth|mother|"
    "mountain|mouse|mouth|mule|nail|neck|needle|nephew|nest|noise|nose|nurse|oak|ocean|office|onion|orchard|oven|owl|"
    "ox|oyster|painter|palace|paper|parade|path|peach|pencil|penguin|pepper|pigeon|pillow|pipe|pirate|plate|plow|"
    "pocket|poem|poison|pond|pony|pool|porch|potato|pouch|priest|prince|pudding|pulley|puzzle|queen|rabbit|radio|raft|"
    "ribbon|river|road|robe|roof|room|root|rope|rose|rug|ruler|sailor|sandwich|saw|school|seal|shadow|sheep|shelf|"
    "ship|shirt|shoe|shop|shoulder|shovel|shower|silver spoon|sister|skirt|sky|smith|snake|soil|soldier|son|song|soup|"
    "spider|spoon|squirrel|stable|star|stone|stool|stove|stream|street|string|sugar|suit|sun|surgeon|sword|table|"
    "tailor|tap|television|thief|thing|thorn|thread|throat|throne|thumb|tiger|tongue|tooth|towel|tower|town|toy|trail|"
    "tray|treasure|tree|truck|trumpet|truth|tune|turtle|uncle|uniform|valley|van|vase|village|violin|vision|voice|"
    "voyage|wagon|waiter|wall|wasp|watch|water|wave|weather|wheel|whistle|widow|window|wing|wolf|wood|wool|worm|"
    "wreath|wrist|yacht|yard|year|yolk|youth|zebra|zoo"
).split("|")
ADJECTIVES = (
    "able|ancient|angry|annoying|awful|bare|beige|big|bitter|black|blue|boyish|brave|brief|bright|broad|broken|brown|"
    "busy|calm|careful|casual|cheap|clean|clever|cold|cool|crooked|cruel|curious|dark|deaf|dear|deep|dirty|dry|dull|"
    "dusty|eager|early|easy|empty|enormous|fair|false|famous|fast|fat|fierce|final|fine|firm|flat|fond|foolish|"
    "foreign|fresh|full|funny|gentle|good|grand|gray|great|green|happy|harsh|hasty|heavy|hollow|honest|hot|huge|"
    "humble|hungry|joyful|keen|kind|large|late|lazy|leather|light|little|lonely|long|loose|loud|low|lucky|mad|mean|"
    "mild|moist|muddy|narrow|nasty|neat|new|noisy|odd|oily|old|open|orange|pale|patient|perfect|plain|pleasant|"
    "pointed|poor|private|proud|pure|purple|quick|quiet|rare|raw|ready|red|rich|rough|round|royal|rude|sad|safe|salty|"
    "shallow|sharp|short|shy|sick|silent|silly|simple|slim|slow|small|smooth|soft|solid|sore|sour|spoiled|square|"
    "steep|stiff|straight|strange|strict|strong|stupid|sudden|sure|sweet|swift|tall|thick|thin|thirsty|thorough|tight|"
    "tiny|tired|tough|ugly|unusual|useful|usual|vague|vain|vast|warm|weak|wealthy|weary|wet|white|whole|wicked|wide|"
    "wild|wise|wooden|worn|worthy|wrong|yellow|young|youthful"
).split("|")
DID_TO = (  # transitive
    "admired|annoyed|asked|avoided|beat|begged|blamed|bothered|bought|bowed to|broke|brought|brushed|built|buried|"
    "called|carried|carved|caught|chased|cheered|chose|cleaned|climbed|closed|coiled|cooked|counted|covered|crossed|"
    "crushed|destroyed|doubted|dragged|drew|dropped|earned|employed|enjoyed|escaped|examined|fed|filled|followed|"
    "forgot|fought|found|froze|gathered|greeted|guarded|hated|heard|helped|hid|hired|hit|hoisted|hugged|hurried past|"
    "invited|joined|judged|kept|kicked|kissed|knew|laughed at|leaned on|led|left|liked|lost|loved|measured|met|missed|"
    "moved|noticed|opened|owned|packed|paid for|painted|passed|pinched|pointed at|pulled|punished|pushed|put down|"
    "raised|reached|read|robbed|rubbed|ruled|sang for|saved|saw|scratched|searched|shook|shouted at|showed|smelled|"
    "sold|spoiled|spoke of|stole|stood by|studied|surprised|swallowed|taught|thanked|thought of|threw|tied|tossed|"
    "touched|trapped|treated|trusted|understood|used|visited|wanted|warned|washed|watched|welcomed|whipped|wiped|woke|"
    "wore|worked for|worshiped|wrapped|wrote to"
).split("|")
DID = (  # intransitive
    "arrived|blushed|burned|choked|coughed|cried|danced|died|drowned|fainted|fell|flew|froze|giggled|grew|howled|"
    "hurried|jumped|knelt|laughed|lay down|marched|nodded|paused|prayed|ran|rejoiced|rested|returned|rolled|rose|"
    "sailed|shivered|shook|sighed|sneezed|snored|spoke|stood up|stopped|swam|trembled|turned|vanished|waited|walked|"
    "went|whistled|wondered|worked|yawned|yelled"
).split("|")
HOW = (
    "again|almost at once|badly|behind us|by mistake|carefully|every month|for an hour|for pleasure|further south|"
    "gently|harshly|in a rush|in the evening|last year|loudly|much too early|on Thursday|on Wednesday|outside|quickly|"
    "quietly|rather slowly|straight away|the other day|this morning|three times|thoroughly|together|too late|twice|"
    "two days ago|under a cloud|usually|with a groan|with a smile|with both hands|without a word|yesterday"
).split("|")
WHERE = (
    "above|across|after|against|among|around|at|before|behind|below|beneath|beside|by|for|from|in|near|on|over|past|"
    "through|toward|under|with|without"
).split("|")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December".split("|")
DAYS = (
    "first|second|third|fourth|fifth|sixth|eighth|ninth|tenth|twelfth|thirteenth|fifteenth|twentieth|thirtieth"
).split("|")
HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve".split("|")
FRAMES = (
    "The {n} {did} {where} the {n}.|The {a} {n} {did_to} the {n}.|The {n} {did_to} the {a} {n} {how}.|"
    "A {n} and a {n} {did} {how}.|He {did_to} the {n}, and she {did_to} the {n}.|They {did_to} my {a} {n}.|"
    "Nobody {did_to} our {n} {where} the {n}.|When the {n} {did}, the {n} {did} too.|The {n} was {a} and {a}.|"
    "Her {n} is as {a} as his {n}.|Their {n} is {a}, but your {n} is {a}.|I {did_to} the {n} {how}.|"
    "Why was the {n} so {a}?|Which {n} {did_to} the {n}?|We {did_to} it {where} the {a} {n}.|"
    "There was a {a} {n} {where} the {n}.|The {n} that {did} was {a}.|This {n} is not {a} enough.|"
    "On {month} {day}, the {n} {did}.|The {n} {did} at half past {hour}.|At a quarter to {hour} a {n} {did} {how}.|"
    "Each {n} and every {n} {did_to} him.|What a {a} {n}!|Is the {n} {where} the {n}?|"
    "She {did} {how}, then {did} {how}."
).split("|")
WORDS = {
    "n": NOUNS,
    "a": ADJECTIVES,
    "did_to": DID_TO,
    "did": DID,
    "how": HOW,
    "where": WHERE,
    "month": MONTHS,
    "day": DAYS,
    "hour": HOURS,
}


def unpredictable(seed: int, number: int) -> list[str]:
    """Return different sentences, the same for the same seed. No frame or word repeats before all others occurred."""
    rng = random.Random(seed)
    decks = {name: dealt(words, rng) for name, words in WORDS.items()}
    sentences = (fill(frame, decks) for frame in dealt(FRAMES, rng))
    return list(itertools.islice(dict.fromkeys(itertools.islice(sentences, 2 * number)), number))


def dealt(words: list[str], rng: random.Random) -> Iterator[str]:
    """Yield the words in random order, endlessly."""
    while True:
        yield from rng.sample(words, len(words))


def fill(frame: str, decks: dict[str, Iterator[str]]) -> str:
    """Fill each place of a frame with the next word of its kind."""
    sentence = re.sub(r"{(\w+)}", lambda place: next(decks[place[1]]), frame)
    return re.sub(r"\b([Aa]) (?=[aeio]|honest|ugly|uncle|unusual)", r"\1n ", sentence)
