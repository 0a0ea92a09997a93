"""Paths, folders and secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.core.errors import InputError
from hearth.workspace.read import Files
from hearth.workspace.roots import Roots
from hearth.workspace.secrets import is_secret
from hearth.workspace.uris import to_path, to_uri

NAME = st.text(
    alphabet=st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=10
)


@given(st.lists(NAME.filter(lambda name: name not in (".", "..")), min_size=1, max_size=4))
def test_paths_survive_the_way_to_a_uri_and_back(parts: list[str]) -> None:
    path = Path("/", *parts)
    assert to_path(to_uri(path)) == path
    assert to_path(path.as_uri()) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b%20c.py", "/a/b c.py"),
        ("file://localhost/a", "/a"),
        ("FILE:///a", "/a"),
        ("file:///a%00b", None),
        ("file://host/share", None),
        ("file:a", None),
        ("untitled:Untitled-1", None),
        ("vscode-notebook-cell:/a#x", None),
        ("/a/b", None),
        ("", None),
        ("http://[bad", None),
    ],
)
def test_uris(uri: str, path: str | None) -> None:
    assert to_path(uri) == (Path(path) if path else None)


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        (".env", True),
        ("a/.env.production", True),
        (".env.example", False),
        ("server.PEM", True),
        ("id_rsa", True),
        ("id_ed25519.pub", True),
        (".ssh/config", True),
        (".git/config", True),
        (".aws/credentials", True),
        ("src/secrets.py", False),
        ("secrets.yaml", True),
        ("src/environment.py", False),
        ("keys.py", False),
        ("monkey.ts", False),
        (".gitignore", False),
    ],
)
def test_secrets(path: str, secret: bool) -> None:
    assert is_secret(Path(path)) is secret


def test_roots(tmp_path: Path) -> None:
    inner = tmp_path / "work" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "work")
    uris = [(tmp_path / "link").as_uri(), (tmp_path / "work").as_uri(), inner.as_uri(), "file:///no/such", "untitled:x"]
    roots = Roots.of_uris([(uri, "") for uri in uris])
    assert [root.path for root in roots.folders] == [(tmp_path / "work").resolve(), inner.resolve()]
    assert roots.name(inner / "a.py") == "a.py"
    assert roots.name(tmp_path / "link" / "b" / "c.py") == "b/c.py"
    assert roots.name(tmp_path / "other" / "d.py") == "d.py"
    assert roots.of(tmp_path) is None
    assert roots.of(tmp_path / "work" / ".." / "x") is None


def test_loops_of_links_are_survived(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    roots = Roots.of_uris([(tmp_path.as_uri(), "x")])
    with pytest.raises(InputError):
        Files(roots).read(tmp_path / "a")
    assert Roots.of_uris([((tmp_path / "a").as_uri(), "x")]).folders == ()


def test_reading_text_that_is_not_quite_text(tmp_path: Path) -> None:
    files = Files(Roots.of_uris([(tmp_path.as_uri(), "x")]))
    (tmp_path / "bom.py").write_bytes(b"\xef\xbb\xbfx = 1\n")
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9\n")
    assert files.read(tmp_path / "bom.py") == "x = 1\n"
    assert files.read(tmp_path / "latin.py") == "# caf\ufffd\n"
    for name in ("none.py", "", "..", "/etc/passwd", "/dev/zero"):
        with pytest.raises(InputError):
            files.read(tmp_path / name)
