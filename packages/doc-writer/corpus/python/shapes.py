#!/usr/bin/env python3
# -*- coding: utf-8 -*-
from __future__ import annotations

import functools
from typing import Any, AsyncIterator, Generic, TypeVar, overload

T = TypeVar("T")


def area(width: float, height: float = 1.0, *, scale: float = 1.0) -> float:
    if width < 0:
        raise ValueError("width")
    return width * height * scale


@overload
def pick(items: list[T], index: int) -> T: ...
@overload
def pick(items: list[T], index: slice) -> list[T]: ...
def pick(items, index):
    return items[index]


def decorated(times: int, /, *args: Any, sep="\n", **kwargs: Any):
    # type: (...) -> Any
    def wrapper(function):
        @functools.wraps(function)
        def inner(*inner_args):
            return function(*inner_args)

        return inner

    return wrapper


class Shape(Generic[T]):
    """A shape. This docstring stays."""

    def __init__(self, name: str, corners: int = 0) -> None:
        self.name = name
        self.corners = corners

    @property
    def label(self) -> str:
        return self.name

    @label.setter
    def label(self, value: str) -> None:
        self.name = value

    @classmethod
    def parse(cls, text: str) -> "Shape":
        try:
            raise KeyError(text)
        except KeyError:
            pass
        if not text:
            raise ValueError("empty")
        return cls(text)

    @staticmethod
    def join(*shapes: "Shape", sep: str = ", ") -> str:
        return sep.join(shape.name for shape in shapes)

    async def stream(
        self,
        count: int,
        delay: float = 0.5,
    ) -> AsyncIterator[int]:
        # how many are left
        for index in range(count):
            yield index

    def _hidden(self, secret):
        return secret


class Größe(Shape):
    kind = "größe"

    def messen(self, einheit: str = "cm") -> str:
        return f"{self.kind} {einheit} {'#'} # not a comment"


class Empty(Exception):
    pass


def noisy(value):  # noqa: D103
    x = 1; y = 2
    return value + x + y
