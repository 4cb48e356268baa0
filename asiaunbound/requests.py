from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Utf8Request(WSGIRequest):
    """Our pages are UTF-8, and so is what browsers send from them, whatever charset a stranger names.

    Django would decode with any codec of Python's: some are for no text, and then not even an error page is answered;
    others read a query that is not the one under whose address the page is kept.
    """

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, named: str | None) -> None:
        pass


class Utf8Handler(WSGIHandler):
    request_class = Utf8Request
