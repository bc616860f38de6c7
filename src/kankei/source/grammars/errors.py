"""The one error of the grammars."""

from kankei.errors import KankeiError


class Unreadable(KankeiError):
    """A printed text that is no value of its kind; `position` counts its characters from 0."""

    def __init__(self, message: str, text: str, position: int = 0) -> None:
        super().__init__(message, text)
        self.text = text
        self.position = position
