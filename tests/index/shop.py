"""A small workspace, and its index."""

from __future__ import annotations

from pathlib import Path

from hearth.core.paths import Paths
from hearth.core.settings import IndexSettings, Settings
from hearth.features.indexing.once import bring_up_to_date
from hearth.index.place import Place

FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": (
        '"""Carts."""\n\n\nclass Cart:\n    """What a customer wants to buy."""\n\n    limit = 30\n\n'
        "    def add(self, item: str, count: int = 1) -> None:\n"
        '        """Put an item in."""\n' + "        item = item.strip()\n" * 14 + "\n"
        "    def total(self) -> int:\n" + "        self.limit\n" * 14 + "        return 3\n"
    ),
    "shop/bill.py": "def bill(cart):\n    return 1\n",
    "tests/test_bill.py": "from shop.bill import bill\n\n\ndef test_a_bill():\n    assert bill(None) == 1\n",
    "shop/tax.py": "def rate(country: str) -> float:\n    return {'de': 0.19}.get(country, 0.0)\n",
    "other/cart.py": "class Cart:\n    wrong = True\n",
    "web/cart.ts": "export class Cart {\n  add(item: string): void {}\n}\n",
    "web/page.ts": "import { Cart } from './cart';\n\nfunction show(cart: Cart) {\n  \n}\n",
}
MAIN = (
    "from shop.cart import Cart\nfrom shop import tax\n\n\n"
    "def buy(cart: Cart, country: str):\n    x = tax.rate(country)\n    "
)
SETTINGS = Settings(index=IndexSettings(embedder="none"))


def write(folder: Path) -> None:
    """Write the files."""
    for name, text in {**FILES, "main.py": MAIN}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


async def indexed(place: Place) -> None:
    """Bring the index up to date."""
    async for _ in bring_up_to_date(place, SETTINGS, Paths.of_user()):
        pass
