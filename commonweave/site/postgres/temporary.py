"""A database server that lives as long as a test run."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from commonweave.site.config import Config, load_config
from commonweave.site.postgres.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def temporary_cluster(*, fsync: bool = False, name: str = "data") -> Iterator[Config]:
    """Start a server in a new folder and yield its settings (as role owner); everything is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cw-test-"))
    folder.chmod(0o755)
    config = load_config({"COMMONWEAVE_DATA": str(folder / name), "COMMONWEAVE_ROLE": "owner"})
    config.make_data_folder()
    config.make_secret()
    cluster = Cluster(config, fsync=fsync)
    try:
        cluster.start()
        yield config
    finally:
        cluster.stop()
        with contextlib.suppress(OSError, AttributeError):
            shutil.rmtree(cluster.sockets)
        shutil.rmtree(folder, ignore_errors=True)
