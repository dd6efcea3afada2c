"""The proxy example of the handbook, word for word, before a running node: encrypted outside, silent about who asked."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.node import Node, free_port, running_node, temporary_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[3]
EXAMPLE = CHECKOUT / "docs" / "operations" / "nginx.conf"
HOST = "reports.example.org"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
ADDRESS = "127.9.8.7"  # of the resident in these tests
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEVICE = "Telltale/1.0 (a very particular phone)"

pytestmark = [
    pytest.mark.skipif(
        NGINX is None, reason="There is no nginx on this machine (on Debian: apt-get install nginx-light)."
    ),
    pytest.mark.xdist_group("proxy"),
]


class Answer(NamedTuple):
    """What came back through the proxy."""

    status: int
    headers: http.client.HTTPMessage
    text: str


class Proxy(NamedTuple):
    """A running nginx, and what it may have written."""

    folder: Path
    node: Node
    plain: int
    secure: int

    def get(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Ask through TLS, from the resident's address."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.secure, context=trusted, timeout=30, source_address=(ADDRESS, 0)
        )
        sent = {"Host": HOST, "User-Agent": DEVICE} | (headers or {})
        try:
            connection.request("GET" if body is None else "POST", path, body=body, headers=sent)
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        if response.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return Answer(response.status, response.headers, data.decode())


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _example(folder: Path, node: int, plain: int, secure: int) -> str:
    """Return the example with what an operator has to change, and nothing else, changed."""
    text = EXAMPLE.read_text(encoding="utf-8")
    changes = {
        "127.0.0.1:8400": f"127.0.0.1:{node}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        f"/etc/letsencrypt/live/{HOST}/": f"{folder}/",
    }
    for old, new in changes.items():
        assert old in text, f"the example no longer says {old!r}"
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    """Run a node with a public address that is encrypted, and nginx with the example before it."""
    with running_node("--no-demo", COMMONWEAVE_URL=f"https://{HOST}") as node, temporary_folder("cw-proxy-") as folder:
        plain, secure = free_port(), free_port()
        _certificate(folder)
        (folder / "site.conf").write_text(_example(folder, node.port, plain, secure), encoding="utf-8")
        temporary = "\n".join(
            f"  {part}_temp_path {folder}/temp-{part};" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As noisy around the example as a distribution's own nginx.conf may be.
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log info; events {{}}\n"
            f"http {{\n  include /etc/nginx/mime.types;\n  access_log {folder}/access.log;\n{temporary}\n"
            f"  include {folder}/site.conf;\n}}\n",
            encoding="utf-8",
        )
        with (folder / "said.log").open("wb") as said:
            server = subprocess.Popen(  # noqa: S603 - nginx and our own words, no shell
                [str(NGINX), "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "start.log")],
                stdout=said, stderr=subprocess.STDOUT, env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        one = Proxy(folder, node, plain, secure)
        try:
            _wait(one, server)
            yield one
        finally:
            server.terminate()
            server.wait(20)


def _wait(proxy: Proxy, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert server.poll() is None, (proxy.folder / "said.log").read_text() + (proxy.folder / "start.log").read_text()
        try:
            proxy.get("/health")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((proxy.folder / "said.log").read_text())


def _everything_written(proxy: Proxy) -> str:
    """Return all that nginx and the node wrote that could hold an address."""
    logs = [*proxy.folder.glob("*.log"), *(proxy.node.data / "log").iterdir()]
    return "\n".join([*(log.read_text(errors="replace") for log in logs), *proxy.node.said])


def test_pages_come_encrypted_and_say_so(proxy: Proxy) -> None:
    """If this failed, a resident's browser would go on trying without encryption."""
    answer = proxy.get("/en/")
    assert answer.status == 200
    assert "<h1>" in answer.text
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Set-Cookie"] is None
    assert "nginx/" not in str(answer.headers)


def test_nothing_is_answered_without_encryption(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=30, source_address=(ADDRESS, 0))
    connection.request("GET", "/en/report/", headers={"Host": HOST})
    response = connection.getresponse()
    assert (response.status, response.headers["Location"]) == (301, f"https://{HOST}/en/report/")
    connection.close()


def test_style_comes_along_and_shrinks(proxy: Proxy) -> None:
    page = proxy.get("/en/", None, {"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    style = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    assert style
    assert proxy.get(style[1]).headers["Content-Type"].startswith("text/css")


def test_a_report_can_be_begun_by_post(proxy: Proxy) -> None:
    """The steps need no cookie and no token, through the proxy too."""
    page = proxy.get("/en/report/")
    draft = re.search(r'name="draft" value="([^"]+)"', page.text)
    assert draft
    answer = proxy.get("/en/report/what/", f"draft={draft[1]}".encode(), FORM)
    assert answer.status == 200
    assert 'value="neighbourhood"' in answer.text
    assert answer.headers["Set-Cookie"] is None


def test_signing_in_sets_cookies_for_encrypted_connections_only(proxy: Proxy) -> None:
    cookie = proxy.get("/en/accounts/login/").headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


def test_a_body_that_is_too_large_is_refused(proxy: Proxy) -> None:
    assert proxy.get("/en/receipt/", b"number=" + b"1" * 300_000, FORM).status == 413


def test_files_of_residents_and_of_teams_are_let_through(proxy: Proxy) -> None:
    """The node answers, not nginx: a photograph is larger than any form of words."""
    photo, form = b"x" * 3_000_000, {"Content-Type": "multipart/form-data; boundary=x"}
    for path in ("/en/receipt/files/", "/ar/at/gb-lds/receipt/files/", f"/en/queue/{UUID(int=1)}/answer/"):
        assert proxy.get(path, photo, form).status != 413, path


def test_only_so_many_files_are_sent_at_once_from_one_address(proxy: Proxy) -> None:
    """Each slow one holds up to 61 MB of memory: a few hundred from one machine would take all there is."""
    trusted = ssl.create_default_context(cafile=str(proxy.folder / "fullchain.pem"))
    head = f"POST /en/receipt/files/part/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 900\r\n\r\nslow".encode()
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            plain = socket.create_connection(("127.0.0.1", proxy.secure), 30, (ADDRESS, 0))
            slow = stack.enter_context(trusted.wrap_socket(plain, server_hostname=HOST))
            slow.sendall(head)
        until = time.monotonic() + 20
        while proxy.get("/en/receipt/files/part/").status != 503:
            assert time.monotonic() < until, "the ninth is let through"
        assert proxy.get("/en/").status == 200, "pages go on"


def test_nobody_writes_down_who_asked(proxy: Proxy) -> None:
    """If this failed, a seized log would say which addresses reported; errors are where nginx likes to name them."""
    assert proxy.get("/en/report/").status == 200
    assert proxy.get("/en/nowhere/at/all/").status == 404
    assert proxy.get("/static/nothing.css").status == 404
    assert proxy.get("/en/", b"x" * 300_000).status == 413
    with pytest.raises(
        http.client.HTTPException
    ):  # plain words to the encrypted port: nginx answers 400 without a body
        _plain_to_tls(proxy)
    written = _everything_written(proxy)
    assert ADDRESS not in written
    assert "Telltale" not in written
    assert "/en/report" not in written
    assert not (proxy.folder / "access.log").exists() or not (proxy.folder / "access.log").read_text()


def _plain_to_tls(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.secure, timeout=30, source_address=(ADDRESS, 0))
    try:
        connection.request("GET", "/en/report/", headers={"Host": HOST})
        if connection.getresponse().status == 400:
            raise http.client.HTTPException
    finally:
        connection.close()


def test_an_unavailable_node_is_not_written_down_either(proxy: Proxy) -> None:
    """Last: the node is stopped, and nginx would like to log every request that failed."""
    proxy.node.stop()
    assert proxy.get("/en/report/").status in {502, 504}
    assert ADDRESS not in _everything_written(proxy)
