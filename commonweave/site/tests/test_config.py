"""The settings: a wrong one must be a sentence a person can act on, never a traceback."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from commonweave.site.config import ConfigError, default_data, load_config
from commonweave.site.postgres import address, django_database

WRONG = {
    "COMMONWEAVE_PORT": ["0", "65536", "eighty", "-1", "80.5", "٨٠"],
    "COMMONWEAVE_URL": [
        "reports.example.org",
        "ftp://example.org",
        "https://",
        "https://a/b",
        "http://[1",
        "https://a:x",
    ],
    "COMMONWEAVE_FILES": ["s3://bucket/folder"],
    "COMMONWEAVE_MAIL_URL": ["smtp.example.org", "http://example.org"],
    "COMMONWEAVE_BOUNCES_URL": [
        "pop3://u:p@example.org",
        "imap://b@example.org:p@mail.example.org",
        "imaps://mail.example.org/INBOX",
        "imaps://u:p@mail.example.org/INBOX",
        "imaps://b%40example.org:p@mail.example.org:port/INBOX",
        "imaps://b%40example.org:p@mail.example.org/Zur%C3%BCck",
        "imaps://u:p@mail.example.org?address=b@*.example.org",
        "imaps://u:p@mail.example.org?address=*b*@example.org",
        f"imaps://u:p@mail.example.org?address={'b' * 30}*@example.org",
        "imaps://u:p@mail.example.org?address=b @example.org",
        "maildir://mail/bounces?address=b@example.org",
        "maildir:///var/mail/bounces",
    ],
    "COMMONWEAVE_ROLE": ["superuser"],
    "COMMONWEAVE_MEANINGS": ["0"],
    "DATABASE_URL": ["mysql://a@b/c", "localhost", "postgres//x"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_setting_is_one_sentence_that_names_it(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config({"COMMONWEAVE_DATA": str(tmp_path), name: value})
    sentence = str(raised.value)
    assert name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("url", ["postgresql://", "postgresql://host/db", "postgresql://u@h:port/db"])
def test_a_database_address_without_what_it_needs_is_one_sentence(url: str, tmp_path: Path) -> None:
    config = load_config({"COMMONWEAVE_DATA": str(tmp_path), "DATABASE_URL": url})
    with pytest.raises(ConfigError, match="DATABASE_URL must look like"):
        address(config)


def test_a_file_in_place_of_the_data_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="must be a folder"):
        load_config({"COMMONWEAVE_DATA": str(tmp_path / "file")})
    with pytest.raises(ConfigError, match="cannot be made"):
        load_config({"COMMONWEAVE_DATA": str(tmp_path / "file" / "below")}).make_data_folder()


@pytest.mark.parametrize("text", ["", "xyz", "ab" * 31, "ab" * 33, "é"])
def test_a_broken_secret_is_one_sentence_and_is_not_replaced(text: str, tmp_path: Path) -> None:
    config = load_config({"COMMONWEAVE_DATA": str(tmp_path)})
    config.secret_file.write_text(text)
    config.make_secret()
    assert config.secret_file.read_text() == text
    with pytest.raises(ConfigError, match="secret file"):
        _ = config.secret


def test_a_new_secret_is_readable_by_its_owner_only_and_gives_one_key_for_each_purpose(tmp_path: Path) -> None:
    config = load_config({"COMMONWEAVE_DATA": str(tmp_path / "new")})
    config.make_data_folder()
    config.make_secret()
    assert stat.S_IMODE(config.secret_file.stat().st_mode) == 0o600
    assert config.derive("a") != config.derive("b")
    assert load_config({"COMMONWEAVE_DATA": str(tmp_path / "new")}).derive("a") == config.derive("a")


def test_nothing_secret_is_shown_when_settings_are_printed(tmp_path: Path) -> None:
    config = load_config({"COMMONWEAVE_DATA": str(tmp_path), "DATABASE_URL": "postgresql://u:hidden@h/d"})
    assert "hidden" not in repr(config)
    bounces = "imaps://b%40example.org:hidden@mail.example.org"
    config = load_config({"COMMONWEAVE_DATA": str(tmp_path), "COMMONWEAVE_BOUNCES_URL": bounces})
    assert "hidden" not in repr(config)


def test_two_checkouts_have_two_data_folders() -> None:
    assert default_data(Path("/somewhere/one")) != default_data(Path("/somewhere/two"))


def test_an_external_database_gives_its_words_to_django_with_our_own_role(tmp_path: Path) -> None:
    url = "postgresql://creator:pw@db.example.org:5433/node?sslmode=verify-full"
    config = load_config({"COMMONWEAVE_DATA": str(tmp_path), "DATABASE_URL": url, "COMMONWEAVE_ROLE": "worker"})
    config.make_secret()
    database = django_database(config)
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.org", "5433", "node")
    assert database["USER"] == "commonweave_worker"
    assert database["PASSWORD"] != "pw"
    assert database["OPTIONS"] == {"sslmode": "verify-full", "application_name": "commonweave-worker"}


COOKIES = [f"{kind}_COOKIE_{what}" for kind in ("SESSION", "CSRF") for what in ("NAME", "SECURE", "PATH", "DOMAIN")]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://reports.example.org", ["__Host-session", True, "/", None, "__Host-csrf", True, "/", None]),
        ("http://localhost:8400", ["sessionid", False, "/", None, "csrftoken", False, "/", None]),
    ],
)
def test_cookies_belong_to_this_host_alone(url: str, wanted: list[object], tmp_path: Path) -> None:
    """A neighbour under the same domain could otherwise put a session of its own choosing into a member's browser.

    Browsers take a cookie with this prefix only when it is Secure, for the path / and without a domain.
    """
    (tmp_path / "secret").write_text("00" * 32)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COMMONWEAVE_", "DATABASE_"))}
    ask = f"import json; from django.conf import settings; print(json.dumps([getattr(settings, n) for n in {COOKIES}]))"
    said = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", ask],
        env=env | {"COMMONWEAVE_DATA": str(tmp_path), "COMMONWEAVE_URL": url},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(said.stdout) == wanted
