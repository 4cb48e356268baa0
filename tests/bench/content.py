"""What both blogs say: the same posts, the same photo, the same comments, and the same words each time."""

import datetime
import io
import random
from dataclasses import dataclass

from PIL import Image

POSTS, WORDS_OF_A_POST, WORDS_OF_A_COMMENT, POSTS_ON_THE_FRONT_PAGE = 100, 1_100, 40, 20
NEWEST_AT = datetime.datetime(2017, 3, 15, 12, tzinfo=datetime.UTC)
REGIONS = [f"Region {number}" for number in range(1, 9)]
AUTHORS = [f"Ada Writer{letter}" for letter in "abcdef"]
ROLE, BIOGRAPHY = "Senior fellow", "Writes about harbors, and lives at one."
PHOTO_ALT, PHOTO_CAPTION, PHOTO_CREDIT = "A harbor at dusk", "The harbor, seen from the old customs house.", "A. Writer"
# Which of the twenty comments each one answers.
PARENTS = (None, 0, 1, None, 3, 3, None, 6, 7, None, 9, None, 11, 12, None, 14, 14, None, 17, None)

CONSONANTS, VOWELS = "bcdfghlmnprst", "aeio"


@dataclass(frozen=True)
class Post:
    number: int
    title: str
    slug: str
    summary: str
    body: str
    author: str
    region: str
    published_at: datetime.datetime


@dataclass(frozen=True)
class Comment:
    name: str
    email: str
    body: str
    parent: int | None
    at: datetime.datetime


def posts() -> list[Post]:
    """The newest first."""
    speaker = Speaker(7)
    return [
        Post(
            number=number,
            title=f"{speaker.sentence(7)[:-1]} {number}",
            slug=f"post-{number}",
            summary=speaker.paragraph(30),
            body=speaker.body(),
            author=AUTHORS[number % len(AUTHORS)],
            region=REGIONS[number % len(REGIONS)],
            published_at=NEWEST_AT - datetime.timedelta(hours=number),
        )
        for number in range(POSTS)
    ]


def comments() -> list[Comment]:
    """What is said under the newest post, the oldest first."""
    speaker = Speaker(11)
    return [
        Comment(
            name=speaker.sentence(2)[:-1].title(),
            email=f"commenter{number}@example.org",
            body=speaker.paragraph(WORDS_OF_A_COMMENT),
            parent=parent,
            at=NEWEST_AT + datetime.timedelta(minutes=number + 1),
        )
        for number, parent in enumerate(PARENTS)
    ]


def photo() -> io.BytesIO:
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 675)).convert("RGB").save(drawn, "JPEG")
    drawn.seek(0)
    return drawn


class Speaker:
    """Says what sounds like words, some far more often than others, as in any language."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        syllables = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
        self.words = sorted({"".join(self.random.choices(syllables, k=length)) for length in (1, 2, 2, 3, 4) * 400})
        self.random.shuffle(self.words)
        self.weights = [1 / (rank + 4) for rank in range(len(self.words))]

    def sentence(self, length: int) -> str:
        return " ".join(self.random.choices(self.words, self.weights, k=length)).capitalize() + "."

    def paragraph(self, length: int) -> str:
        return " ".join(self.sentence(10) for _ in range(length // 10))

    def body(self) -> str:
        parts = []
        for number in range(WORDS_OF_A_POST // 70):
            if number and number % 4 == 0:
                parts.append(f"<h2>{self.sentence(4)[:-1]}</h2>")
            parts.append(f"<p>{self.paragraph(70)}</p>")
        return "\n".join(parts)
