"""Where an index is, and what files are called in it."""

from __future__ import annotations

from pathlib import Path

from hearth.core.paths import Paths
from hearth.index.place import Place


def folders(tmp_path: Path, *names: str) -> list[Path]:
    made = [tmp_path / name for name in names]
    for each in made:
        each.mkdir(parents=True, exist_ok=True)
    return made


def test_one_folder_needs_no_label(tmp_path: Path) -> None:
    (root,) = folders(tmp_path, "work")
    place = Place.of([root], Paths.of_user())
    assert place.name(root, "a/b.py") == place.name_of(root / "a" / "b.py") == "a/b.py"
    assert place.file("a/b.py") == root / "a" / "b.py"
    assert place.name_of(tmp_path / "other.py") is None


def test_several_folders_have_labels_and_any_order_is_the_same_place(tmp_path: Path) -> None:
    roots = folders(tmp_path, "one/app", "two/app", "lib")
    place = Place.of(roots, Paths.of_user())
    assert place == Place.of(reversed(roots), Paths.of_user())
    assert sorted(place.labels) == ["app", "app-2", "lib"]
    names = {place.name_of(root / "x.py") for root in roots}
    assert names == {"app/x.py", "app-2/x.py", "lib/x.py"}
    for root in roots:
        name = place.name_of(root / "x.py")
        assert name is not None
        assert place.file(name) == root / "x.py"
    assert place.file("nobody/x.py") is None


def test_a_folder_below_another_or_reached_by_a_link_is_the_same(tmp_path: Path) -> None:
    root, _ = folders(tmp_path, "work", "work/sub")
    (tmp_path / "link").symlink_to(root)
    assert Place.of([root, root / "sub", tmp_path / "link"], Paths.of_user()).roots == (root,)


def test_paths_are_absolute_and_no_workspace_is_written(tmp_path: Path) -> None:
    (root,) = folders(tmp_path, "work")
    paths = Paths.of_user()
    assert Place.of([root], paths).uri.startswith(str(paths.cache))
    assert Path(Place.of([root], paths, "db/x").uri).is_absolute(), "LanceDB takes db/… for its cloud"
    place = Place.of([root], paths, "s3://bucket/index/")
    assert place.uri.startswith("s3://bucket/index/")
    assert not place.local
