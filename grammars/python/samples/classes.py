"""A module."""

from __future__ import annotations
# <- @import __future__:annotations

import os.path
# <- @import os.path
import numpy as np, sys
# <- @import numpy as np
# <- @import sys
from ..pkg.mod import (
# <- @import ..pkg.mod:Thing
# <- @import ..pkg.mod:other as renamed
    Thing,
    other as renamed,
)
from . import sibling
# <- @import .:sibling
from glob import *
# <- @import glob:*

LIMIT = 10
# <- @definition.variable
first, second = 1, 2
# <- @definition.variable
#      ^ @definition.variable


@decorate
#^ @reference.call
@registry.register("name")
#         ^ @reference.call
class Outer(Base, abc.Mixin, metaclass=Meta):
#     ^ @definition.class
#           ^ @reference.class in Outer
#                     ^ @reference.class in Outer
    """What it is."""

    field: int = 1
#   ^ @definition.field in Outer
#          ^ @reference.type in Outer
    plain = LIMIT
#   ^ @definition.field in Outer

    class Inner:
#         ^ @definition.class in Outer
        def deep(self) -> Thing[int]:
#           ^ @definition.method in Outer.Inner
#                         ^ @reference.type in Outer.Inner.deep
#                               ^ @reference.type in Outer.Inner.deep
            return self.call(np.array([1]))
#                       ^ @reference.call in Outer.Inner.deep
#                               ^ @reference.call in Outer.Inner.deep

    @property
    async def method(self, a: list[Thing], *, b: str | None = None) -> renamed:
#             ^ @definition.method in Outer
#                             ^ @reference.type in Outer.method
#                                  ^ @reference.type in Outer.method
#                                                ^ @reference.type in Outer.method
#                                                                      ^ @reference.type in Outer.method
        def local(x):
#           ^ @definition.function in Outer.method
            return x

        return await local(a).chained()
#                    ^ @reference.call in Outer.method
#                             ^ @reference.call in Outer.method


type Alias[T] = dict[str, T]
#    ^ @definition.type
#          ^ @reference.type
#               ^ @reference.type
#                    ^ @reference.type
#                         ^ @reference.type


def function(value: "Thing") -> None:
#   ^ @definition.function
    handler = lambda item: print(item)
#                          ^ @reference.call in function
    for each in value:
        handler(each)
#       ^ @reference.call in function
