"""Only pages that say so take files (commonweave/files/uploads.py): elsewhere Django would write them to disk before any view is asked."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class NoFiles(FileUploadHandler):
    """Stops reading at the first file of a form."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Stop, and leave the rest unread."""
        del args, kwargs
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing."""
        del raw_data, start

    def file_complete(self, file_size: int) -> None:
        """Make no file."""
        del file_size
