"""Reading the files of a form into memory and nowhere else; what is too large is read past and named."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from commonweave.files.cleaning.kinds import MOST_BYTES

MOST_TOGETHER = 60_000_000


class TooLarge(SimpleUploadedFile):
    """A file of which nothing was kept."""


class InMemory(FileUploadHandler):
    """Keeps what fits; Django itself would write larger files to a temporary folder."""

    def __init__(self, request: Any = None, most: int = MOST_BYTES, together: int = MOST_TOGETHER) -> None:  # noqa: ANN401 - Django's own
        """Set how large one file and all of them may be."""
        super().__init__(request)
        self.most, self.left = most, together
        self.pieces: list[bytes] | None = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with a file."""
        super().new_file(*args, **kwargs)
        self.pieces, self.size = [], 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece while there is room."""
        del start
        self.size += len(raw_data)
        if self.size > self.most or self.size > self.left:
            self.pieces = None
        elif self.pieces is not None:
            self.pieces.append(raw_data)

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        """Hand out the file, or what says that it was too large."""
        del file_size
        name = self.file_name or "-"
        if self.pieces is None:
            return TooLarge(name, b"")
        self.left -= self.size
        data, self.pieces = b"".join(self.pieces), []
        return SimpleUploadedFile(name, data)
