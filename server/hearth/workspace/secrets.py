"""Files that no model is shown, not even a local one: settings decide where a model runs, and settings change."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import PurePath

_NAMES = (
    ".env",
    ".env.*",
    "*.env",
    ".envrc",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "*.ppk",
    "*.asc",
    "*.gpg",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".npmrc",
    ".pypirc",
    ".htpasswd",
    ".git-credentials",
    "credentials",
    "credentials.*",
    "secrets.*",
    "*.tfstate",
    "*.tfvars",
)
_HARMLESS = (".env.example", ".env.sample", ".env.template", ".env.dist", "secrets.py", "secrets.rs", "secrets.go")
"""Names that look like secrets and are written to be read: samples, and modules about secrets."""
_FOLDERS = frozenset({".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".git"})


def is_secret(path: PurePath) -> bool:
    """Whether the name of ``path``, or of a folder on the way to it, says that it holds secrets."""
    name = path.name.lower()
    if any(part.lower() in _FOLDERS for part in path.parts[:-1]):
        return True
    return name not in _HARMLESS and any(fnmatch(name, pattern) for pattern in _NAMES)
