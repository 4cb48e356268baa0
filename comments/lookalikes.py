"""Letters that look like others: what somebody means to be read, whatever letters they wrote it with.

The same is done to the words that are looked for and to the text, so a word in any script finds itself.
"""

import re
import unicodedata
from functools import lru_cache

from blog.invisible import INVISIBLE

# What looks like a small Latin letter, after small and capital letters were made the same.
LOOKALIKES = {
    "a": "аɑαᴀ",
    "b": "вьƅβʙ",
    "c": "сϲᴄ",
    "d": "ԁđᴅ",
    "e": "еєεəᴇ",
    "f": "ғꜰ",
    "g": "ɡɢց",
    "h": "нһћħʜհ",
    "i": "іӏıιɪ",
    "j": "јϳᴊ",
    "k": "кκᴋ",
    "l": "łʟ",
    "m": "мᴍ",
    "n": "ηпոɴ",
    "o": "оοσөøᴏօ",
    "p": "рρᴘ",
    "q": "ԛզ",
    "r": "гʀ",
    "s": "ѕꜱ",
    "t": "тτŧᴛ",
    "u": "υսᴜ",
    "v": "νѵᴠ",
    "w": "ԝωшᴡ",
    "x": "хχ",
    "y": "уγʏүყ",
    "z": "ᴢ",
}
LATIN = {lookalike: letter for letter, lookalikes in LOOKALIKES.items() for lookalike in lookalikes}
# Written in place of a letter. A one is read in two ways, so there are two readings.
DISGUISED = re.compile(r"(?<=[^\W\d_])[0134578@$!|]++(?=[^\W\d_])")
DISGUISES = tuple(str.maketrans("0134578@$!|", letters) for letters in ("oieastbasii", "oleastbasil"))
# Letters in a circle or a square, for which Unicode knows no plain letter.
RINGED = (0x1F150, 0x1F170, 0x1F1E6)
ACCENTS = range(0x300, 0x370)
# Marks that no name needs: accents of other blocks, and the points of Hebrew and Arabic.
POINTS = re.compile(
    "[\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
UNSEEN = "Cf"


@lru_cache(maxsize=4_096)
def plain(letter: str) -> str:
    """One character as it is compared: small, without accent, as the letter it looks like; "" for what is not seen."""
    if INVISIBLE.match(letter):
        return ""
    for first in RINGED:
        if first <= ord(letter) < first + 26:
            return chr(ord("a") + ord(letter) - first)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    return "".join(
        LATIN.get(part, part) for part in apart if ord(part) not in ACCENTS and unicodedata.category(part) != UNSEEN
    )


def readings(text: str) -> list[str]:
    """A text as it stands, and as it reads if the digits and signs within words are letters; all are of one length."""
    undisguised = [_undisguised(text, table) for table in DISGUISES] if DISGUISED.search(text) else []
    return list(dict.fromkeys([text, *undisguised]))


def _undisguised(text: str, table: dict[int, int]) -> str:
    return DISGUISED.sub(lambda match: match[0].translate(table), text)


def name_keys(name: str) -> set[str]:
    """What is left of a name when it is compared: its letters with their marks, and digits, as they look, in one row.

    The marks of Indic, Thai and Burmese letters are their vowels, and tell one name from another. Marks that only
    decorate do not, wherever they come from.
    """
    looks = ("".join(plain(letter) for letter in reading) for reading in readings(name))
    return {key for look in looks if (key := _name_key(look))}


def _name_key(look: str) -> str:
    key = ""
    for letter in look:
        is_vowel = unicodedata.category(letter)[0] == "M" and not key[-1:].isascii() and not POINTS.match(letter)
        if letter.isalnum() or is_vowel:
            key += letter
    return key
