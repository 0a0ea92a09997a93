// The workspace that the editor is opened on.
export const FILES = {
  'shop/cart.py': `from dataclasses import dataclass, field


@dataclass
class Item:
    name: str
    price: float
    quantity: int = 1


@dataclass
class Cart:
    items: list[Item] = field(default_factory=list)

    def add(self, item: Item) -> None:
        self.items.append(item)

    def total(self) -> float:
        total = 0.0
        for item in self.items:

        return total

    def count(self) -> int:
        return sum(item.quantity for item in self.items)
`,
  'shop/text.py': `def slug(title: str) -> str:
    """Lower case, words joined by dashes."""
    return "-".join(title.lower().split())


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
`,
  'README.md': '# Shop\n\nA shop in a few lines, for tests.\n',
};
