"""Logs are copied, mailed and kept for years, so they hold nothing by which a reader could be found."""

import logging
import re

EMAIL = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
IPV4 = re.compile(r"\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\b")
IPV6 = re.compile(r"\b([0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}):[0-9a-fA-F:]{2,}")


def discreet(text: str) -> str:
    text = EMAIL.sub("[e-mail]", text)
    text = IPV4.sub(r"\1.0", text)
    return IPV6.sub(r"\1::", text)


class Discreet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = discreet(record.exc_text)
        record.msg = discreet(record.getMessage())
        record.args = None
        return True
