"""Which languages there are and which one a file is in. Reads `grammars/*/language.toml`; loads no parser."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import util
from pathlib import Path, PurePath
from typing import Any, Literal

import attrs

BlockStyle = Literal["indent", "braces", "end", "markup", "flat"]
"""What makes a block: indentation, braces, an end keyword, tags and headings, or nothing."""

_FILE = "language.toml"
_PACKAGE = "hearth_grammars"
"""Where the wheel puts the folder ``grammars``."""

_SHEBANG = re.compile(r"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+|\w+=\S*\s+)*(?:\S*/)?)?(?P<program>[A-Za-z+_-]+[0-9]?)")
_HINT_CHARS = 20_000
"""How much of a file is looked at to tell C from C++ and their like."""


def _set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen(kw_only=True)
class Nodes:
    """Names that a grammar gives to nodes of a sort."""

    blocks: frozenset[str] = attrs.field(converter=_set, default=())
    """The named children of these are statements (members, entries): a cut between two of them is a clean one."""
    comments: frozenset[str] = attrs.field(converter=_set, default=())
    strings: frozenset[str] = attrs.field(converter=_set, default=())
    identifiers: frozenset[str] = attrs.field(converter=_set, default=())
    wrappers: frozenset[str] = attrs.field(converter=_set, default=())
    """A definition directly inside one of these reaches over all of it: decorators, `export`, `template<…>`."""


@attrs.frozen(kw_only=True)
class Imports:
    """How imports of a language are read."""

    separator: str = "."
    """Between the parts of a module's name."""
    last_is_name: bool = False
    """The last part of `import a.b.C` is a name of the module before it."""
    binds: Literal["first", "last", "nothing"] = "nothing"
    """Which part of a module's name stands for it in the file, where it has no alias."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Language:
    """One folder of `grammars/`. There is one object for each, so they compare by identity."""

    name: str
    """The folder's name."""
    title: str
    lsp_ids: tuple[str, ...] = attrs.field(converter=tuple)
    """What editors call it; the first is the usual one."""
    package: str
    """Python package of the grammar."""
    function: str = "language"
    """Function of that package that gives the grammar."""
    extensions: tuple[str, ...] = attrs.field(converter=tuple, default=())
    file_names: tuple[str, ...] = attrs.field(converter=tuple, default=())
    shebangs: tuple[str, ...] = attrs.field(converter=tuple, default=())
    lsp_id_of: Mapping[str, str] = attrs.field(factory=dict)
    """Extensions whose language has an LSP id of its own: `.jsx` is `javascriptreact`."""
    content: Mapping[str, str] = attrs.field(factory=dict)
    """Extensions of other languages that are this one where a pattern is found in the text: `.h` with `namespace`."""
    line_comment: str = ""
    """Begins a comment to the end of the line; empty where there is none."""
    block_comment: tuple[str, str] | None = attrs.field(converter=attrs.converters.optional(tuple), default=None)
    block_style: BlockStyle = "braces"
    placeholder: str = ""
    """A statement that does nothing, for a block that must not be empty."""
    leads: tuple[str, ...] = attrs.field(converter=tuple, default=())
    """A line above a definition that begins so belongs to it: attributes that the grammar makes siblings."""
    nodes: Nodes
    imports: Imports

    def __repr__(self) -> str:
        return f"Language({self.name!r})"

    def lsp_id(self, path: PurePath) -> str:
        """The LSP identifier of a file in this language."""
        return self.lsp_id_of.get(path.suffix.lower(), self.lsp_ids[0])


@cache
def folder() -> Path:
    """Where the grammars are: in the checkout that this module runs from, else in the installed package.

    Raises ModuleNotFoundError when the installation has lost them.
    """
    checkout = Path(__file__).resolve().parents[3] / "grammars"
    if (checkout / "python" / _FILE).is_file():
        return checkout
    spec = util.find_spec(_PACKAGE)
    for location in spec.submodule_search_locations or () if spec else ():
        if (Path(location) / "python" / _FILE).is_file():
            return Path(location)
    raise ModuleNotFoundError(f"{_PACKAGE} is not installed", name=_PACKAGE)


@cache
def every() -> Mapping[str, Language]:
    """All languages by name, in alphabetical order."""
    return {path.parent.name: _read(path) for path in sorted(folder().glob(f"[!_]*/{_FILE}"))}


def by_name(name: str) -> Language | None:
    """The language that ``grammars/`` or an editor calls ``name``."""
    return every().get(name) or _tables().ids.get(name)


def of_path(path: PurePath, text: str = "") -> Language | None:
    """The language of a file by its name, and by its text where the name does not say; None if it is unknown."""
    tables = _tables()
    if named := tables.file_names.get(path.name):
        return named
    lowered = path.name.lower()
    for suffix in _suffixes(lowered):
        for pattern, language in tables.content.get(suffix, ()):
            if pattern.search(text, 0, _HINT_CHARS):
                return language
        if found := tables.extensions.get(suffix):
            return found
    if text.startswith("#!") and (match := _SHEBANG.match(text)):
        return tables.shebangs.get(match["program"])
    return None


@attrs.frozen
class _Tables:
    """Every way from a file to its language."""

    ids: Mapping[str, Language]
    extensions: Mapping[str, Language]
    file_names: Mapping[str, Language]
    shebangs: Mapping[str, Language]
    content: Mapping[str, list[tuple[re.Pattern[str], Language]]]


@cache
def _tables() -> _Tables:
    content: dict[str, list[tuple[re.Pattern[str], Language]]] = {}
    for language in every().values():
        for extension, pattern in language.content.items():
            content.setdefault(extension, []).append((re.compile(pattern, re.MULTILINE), language))
    return _Tables(
        ids={key: each for each in every().values() for key in each.lsp_ids},
        extensions={key: each for each in every().values() for key in each.extensions},
        file_names={key: each for each in every().values() for key in each.file_names},
        shebangs={key: each for each in every().values() for key in each.shebangs},
        content=content,
    )


def _suffixes(name: str) -> list[str]:
    """Longest first: `a.d.ts` gives `.d.ts`, `.ts`. A dot at the start of a name begins no suffix."""
    return [name[at:] for at in range(1, len(name)) if name[at] == "."]


def _read(path: Path) -> Language:
    values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    nodes, imports = Nodes(**values.pop("nodes", {})), Imports(**values.pop("imports", {}))
    return Language(name=path.parent.name, nodes=nodes, imports=imports, **values)
