"""What the machine notices about a comment. It marks and explains; it never publishes and never refuses."""

from typing import TypedDict


class Signal(TypedDict):
    code: str
    detail: str


FASTEST_SECONDS = 3.0


def look(*, honeypot: str, seconds: float | None, from_network: int, noticed_from_network: int) -> list[Signal]:
    """The signals of one submission, each with its explanation for moderators.

    `seconds` is the time from the first touch of the form to its sending, None where no script measured it.
    `from_network` is how many comments came from the same connection in the last ten minutes.
    """
    signals: list[Signal] = []
    if honeypot:
        signals.append(Signal(code="honeypot", detail="A field that people cannot see was filled in."))
    if seconds is not None and seconds < FASTEST_SECONDS:
        signals.append(Signal(code="too-fast", detail=f"The form was filled in within {seconds:.1f} seconds."))
    if from_network >= noticed_from_network:
        signals.append(
            Signal(code="network", detail=f"{from_network} comments came from this connection in ten minutes.")
        )
    return signals


def is_spam(signals: list[Signal]) -> bool:
    """Whether a comment is put with the spam at once: only what no person can have done."""
    return any(signal["code"] == "honeypot" for signal in signals)
