"""Count the queries of one page: `python -m bench.queries PATH`, with a signed-in session in BENCH_SESSION."""

from __future__ import annotations

import os
import sys

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FRAME = ("BEGIN", "COMMIT", "ROLLBACK")


def main(path: str) -> int:
    """Print the number; the page is asked for twice, so that caches of the process are warm."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweave.site.settings"
    django.setup()
    client = Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = os.environ["BENCH_SESSION"]
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    if response.status_code != 200:  # noqa: PLR2004 HTTP's own number
        print(f"{path} was answered with {response.status_code}.", file=sys.stderr)
        return 1
    queries = [query["sql"] for query in captured if query["sql"] not in FRAME]
    if "--show" in sys.argv:
        print("\n".join(queries), file=sys.stderr)
    print(len(queries))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
