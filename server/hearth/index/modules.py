"""Which file of the workspace an import names, judged by the names of the files alone.

An import is matched as a relative path where it is one, else against the ends of all paths: where a language looks
(`sys.path`, `tsconfig.json`, `go.mod`, a source root) need not be known for that.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from .nearness import Nearness

if TYPE_CHECKING:
    from hearth.syntax.imports import Import

_MOST = 4
"""Files of one import; of a package that is a folder, so many of its files."""


@attrs.frozen
class _Rules:
    """How a language turns a module's name into a path."""

    endings: tuple[str, ...]
    """What follows the path, the likeliest first."""
    separator: str = "/"
    folders: bool = False
    """A module is a folder with files."""
    shortened: bool = False
    """The first parts of a module's name may stand for a folder of another name."""


_SCRIPT = _Rules(
    ("", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".vue", ".svelte", "/index.ts", "/index.tsx",
     "/index.js", "/index.jsx", "/src/index.ts", "/src/index.js"),
)  # fmt: skip
_JVM = (".java", ".kt", ".scala")
_C = _Rules(("", ".h", ".hpp"))
_RULES: dict[str, _Rules] = {
    "python": _Rules((".py", "/__init__.py", ".pyi", "/__init__.pyi"), "."),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "rust": _Rules((".rs", "/mod.rs", "/lib.rs", "/src/lib.rs"), "::"),
    "go": _Rules((), folders=True, shortened=True),
    "java": _Rules(_JVM, ".", folders=True),
    "kotlin": _Rules((".kt", ".java", ".scala"), ".", folders=True),
    "scala": _Rules((".scala", ".java", ".kt"), ".", folders=True),
    "csharp": _Rules((".cs",), ".", folders=True, shortened=True),
    "c": _C,
    "cpp": _C,
    "ruby": _Rules((".rb", "")),
    "php": _Rules((".php", ""), "\\", shortened=True),
    "lua": _Rules((".lua", "/init.lua"), "."),
    "bash": _Rules(("",)),
    "css": _Rules(("", ".css", ".scss")),
    "html": _Rules(("",)),
}
_ALIASES = ("@/", "~/", "$lib/", "#/")
"""What projects of JavaScript call their source folder."""
_RELATIVE = frozenset({"c", "cpp", "ruby", "bash", "css", "html", "php"})
"""A path without leading dots may be relative to the importing file here."""


class Modules:
    """All names of files of a workspace, by their last parts. Never changes."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._files: dict[str, list[str]] = {}
        self._folders: dict[str, set[str]] = {}
        self._inside: dict[str, list[str]] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            self._files.setdefault(name, []).append(path)
            self._inside.setdefault(folder, []).append(path)
            self._folders.setdefault(folder.rpartition("/")[2], set()).add(folder)

    def called(self, names: Iterable[str]) -> list[str]:
        """All files with one of these names."""
        return [path for name in names for path in self._files.get(name, ())]

    def files(self, read: Import, importer: str, language: str) -> list[str]:
        """The files that an import in the file ``importer`` may mean, the likeliest first; empty for a module that is
        not in this workspace. ``language`` is a name of `grammars/`."""
        rules = _RULES.get(language)
        if rules is None:
            return []
        parts = [part for part in read.module.split(rules.separator) if part]
        home = importer.rpartition("/")[0]
        if language == "python":
            return self._python(read, parts, home, importer, rules)
        if language == "rust":
            return self._rust(parts, read.name, importer, rules)
        module = "/".join(parts)
        if read.module.startswith("."):
            module = read.module
            return self._exactly(posixpath.normpath(posixpath.join(home, module)), rules)
        module = next((read.module.removeprefix(each) for each in _ALIASES if read.module.startswith(each)), module)
        found = self._exactly(posixpath.normpath(posixpath.join(home, module)), rules) if language in _RELATIVE else []
        named = [f"{module}/{read.name}"] if read.name and read.name.isidentifier() else []
        for each in (module, *named) if rules is _SCRIPT else (*named, module):
            found = found or self._ending(each, rules, importer) or self._folder(each, rules, importer)
        return found[:_MOST]

    def _python(self, read: Import, parts: list[str], home: str, importer: str, rules: _Rules) -> list[str]:
        name = [read.name] if read.name and read.name.isidentifier() else []
        if read.level:
            base = home.split("/") if home else []
            if read.level - 1 > len(base):
                return []
            base = base[: len(base) - (read.level - 1)]
            candidates = ["/".join([*base, *parts, *name]), "/".join([*base, *parts])]
            return next((found for each in candidates if (found := self._exactly(each, rules))), [])
        for each in ([*parts, *name], parts):
            found = [path for path in self._ending("/".join(each), rules, importer) if self._is_top(path, len(each))]
            if found:
                return found
        return []

    def _is_top(self, path: str, parts: int) -> bool:
        """Whether what is above a module of so many parts is no package itself: else its name would be longer."""
        above = path.removesuffix("/__init__.py").removesuffix("/__init__.pyi").split("/")[:-parts]
        return not above or f"{'/'.join(above)}/__init__.py" not in self._inside.get("/".join(above), ())

    def _rust(self, parts: list[str], name: str | None, importer: str, rules: _Rules) -> list[str]:
        home, _, file = importer.rpartition("/")
        # The submodules of `a.rs` are in the folder `a`.
        inside = home if file in ("mod.rs", "lib.rs", "main.rs") else importer.removesuffix(".rs")
        rest = list(parts)
        base: str | None = None
        while rest and rest[0] in ("self", "super", "crate"):
            first = rest.pop(0)
            if first == "crate":
                crates = [folder for folder in self._ancestors(home) if self._roots(folder)]
                base = crates[0] if crates else None
            else:
                base = inside if base is None else base
                base = base if first == "self" else base.rpartition("/")[0]
        named = [[*rest, name]] if name and name.isidentifier() else []
        for each in (*named, rest):
            path = "/".join(each)
            found = (
                self._exactly("/".join(part for part in (base, path) if part), rules)
                if base is not None
                else self._crate(each, rules, importer)
            )
            if found:
                return found
        return []

    def _crate(self, parts: list[str], rules: _Rules, importer: str) -> list[str]:
        """A file of another crate of the workspace: its folder may be written with hyphens."""
        if not parts:
            return []
        crate, path = parts[0], "/".join(parts[1:])
        for folder in (crate, crate.replace("_", "-")):
            if found := self._ending(
                "/".join(part for part in (folder, "src", path or "lib") if part), rules, importer
            ):
                return found
        return []

    def _roots(self, folder: str) -> bool:
        return any(f"{folder}/{name}".lstrip("/") in self._inside.get(folder, ()) for name in ("lib.rs", "main.rs"))

    def _ancestors(self, folder: str) -> list[str]:
        found = [folder]
        while folder:
            folder = folder.rpartition("/")[0]
            found.append(folder)
        return found

    def _exactly(self, path: str, rules: _Rules) -> list[str]:
        """Files of one path, with the endings of a language. ``./x.js`` of TypeScript is `x.ts`."""
        path = path.removeprefix("./").lstrip("/")
        stem, _, ending = path.rpartition(".")
        endings = [path + each for each in rules.endings]
        endings += [f"{stem}{each}" for each in (".ts", ".tsx") if ending in ("js", "jsx", "mjs", "cjs")]
        return [each for each in endings if each in self._inside.get(each.rpartition("/")[0], ())][:_MOST]

    def _ending(self, path: str, rules: _Rules, importer: str) -> list[str]:
        """Files whose paths end so, the nearest first. A name of one part is found beside the importer or at a root."""
        if not path:
            return []
        near = Nearness([importer])
        home = importer.rpartition("/")[0]
        for shorter in self._shorter(path, rules):
            found: list[str] = []
            for ending in rules.endings:
                whole = shorter + ending
                for file in self._files.get(whole.rpartition("/")[2], ()):
                    if file != whole and not file.endswith(f"/{whole}"):
                        continue
                    above = file[: -len(whole)].rstrip("/")
                    alone = "/" not in shorter and above.count("/") and not f"{home}/".startswith(f"{above}/")
                    if file != importer and not alone:
                        found.append(file)
            if found:
                return sorted(dict.fromkeys(found), key=near.distance)[:_MOST]
        return []

    def _folder(self, path: str, rules: _Rules, importer: str) -> list[str]:
        """Files of a package that is a folder."""
        if not rules.folders or not path:
            return []
        near = Nearness([importer])
        for shorter in self._shorter(path, rules):
            last = shorter.rpartition("/")[2]
            folders = [
                each
                for each in self._folders.get(last, ())
                if each == shorter or ("/" in shorter and each.endswith(f"/{shorter}"))
            ]
            if folders:
                folder = min(folders, key=lambda each: (near.distance(f"{each}/x"), each))
                return sorted(each for each in self._inside[folder] if not each.endswith("_test.go"))
        return []

    @staticmethod
    def _shorter(path: str, rules: _Rules) -> Sequence[str]:
        """The path, and where its first parts may be called otherwise, its ends, the longest first."""
        parts = path.split("/")
        return ["/".join(parts[at:]) for at in range(len(parts))] if rules.shortened else [path]
