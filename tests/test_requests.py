import io

import pytest

from asiaunbound.requests import Utf8Request

FORM = b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nThe tide +2AA-\r\n--x--\r\n'


def asked(method: str, content_type: str, body: bytes = b"") -> Utf8Request:
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/",
        "QUERY_STRING": "before=1-2",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    return Utf8Request(environ)


class CharsetTests:
    """Django's test client has a handler of its own, so this asks the one that a server runs."""

    @pytest.mark.parametrize("charset", ["zlib", "rot13", "undefined", "idna", "utf-7", "utf-16", "no-such", ""])
    def test_whatever_is_named_what_came_is_read_as_utf_8(self, charset: str) -> None:
        assert asked("GET", f"text/plain; charset={charset}").GET["before"] == "1-2"
        form = asked("POST", f"multipart/form-data; boundary=x; charset={charset}", FORM)
        assert form.POST["body"] == "The tide +2AA-"
