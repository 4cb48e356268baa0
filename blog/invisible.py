"""Characters that show nothing, in any script."""

import re
import unicodedata

# Unicode 16, DerivedCoreProperties.txt, Default_Ignorable_Code_Point: fillers, joiners, marks of direction, selectors
# of a shape. Some are letters by their category (Hangul fillers). And U+2800, the Braille pattern without a dot.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def is_blank(text: str) -> bool:
    """Return whether there is nothing to be seen in a text: spaces, controls, and characters without a shape."""
    return all(unicodedata.category(letter)[0] in "CZ" for letter in INVISIBLE.sub("", text))
