"""Textual's private names are used in `tui/textual_patches/` alone, the list to go through at an upgrade."""

import ast
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest
import textual

from diptych import tui
from diptych.tui import textual_patches

_PATCHES = f"{textual_patches.__name__}."
_BY_NAME = ("getattr", "setattr", "hasattr", "delattr")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the driver is made for Unix terminals")


def test_textuals_private_names_are_used_in_the_patches_alone() -> None:
    found = [
        f"{module.__name__}:{line}: {name}"
        for module in modules(tui)
        if not module.__name__.startswith(_PATCHES)
        for line, name in private_uses(module)
    ]

    assert found == []


def test_the_search_finds_what_the_patches_use() -> None:
    found = {name for module in modules(textual_patches) for _, name in private_uses(module)}

    assert {"textual._compositor", "_dirty_regions", "_on_resize", "_styles_cache"} <= found


def test_every_patch_says_what_it_replaces_or_uses_and_which_test_notices() -> None:
    for module in modules(textual_patches):
        for name, each in vars(module).items():
            if inspect.isclass(each) or inspect.isfunction(each):
                if each.__module__ != module.__name__ or name.startswith("_"):
                    continue
                doc = inspect.getdoc(each) or ""
                replaced = [line for line in doc.splitlines() if line.startswith(("Replaces ", "Uses "))]
                noticed = [line for line in doc.splitlines() if line.startswith("Noticed by tests/")]
                assert (len(replaced), len(noticed)) == (1, 1), f"{module.__name__}.{name}"
                assert is_a_test(noticed[0].removeprefix("Noticed by ").removesuffix(".")), noticed[0]


def test_the_list_of_patches_names_every_module() -> None:
    listed = inspect.getdoc(textual_patches) or ""

    assert [name for module in modules(textual_patches) if (name := module.__name__.split(".")[-1]) not in listed] == []


def modules(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(each.name) for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]


def private_uses(module: ModuleType) -> Iterator[tuple[int, str]]:
    """The lines of a module where a private name of Textual stands, with that name."""
    elsewhere = all_private_names() if module.__package__ in packages_with_textual() else frozenset()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.ImportFrom(module=str(source), names=names) if is_textual(source):
                if any(part.startswith("_") for part in source.split(".")):
                    yield node.lineno, source
                yield from ((node.lineno, each.name) for each in names if is_private(each.name))
            case ast.Attribute(value=owner, attr=name) if not is_self(owner) and name in elsewhere:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id=function), args=[_, ast.Constant(value=str(name)), *_]):
                if function in _BY_NAME and name.startswith("_"):
                    yield node.lineno, name
            case ast.ClassDef(name=class_name):
                kind = getattr(module, class_name, None)  # None for a class within a class, which is walked with it
                if kind is not None:
                    yield from private_uses_of_bases(node, kind)


def private_uses_of_bases(definition: ast.ClassDef, kind: type[Any]) -> Iterator[tuple[int, str]]:
    """The lines of a class where it uses or replaces a private name of a base in Textual, also of a mixin's users."""
    bases = {base for each in (kind, *subclasses(kind)) for base in each.__mro__ if is_textual(base.__module__)}
    names = {name for base in bases for name in private_names(base)}
    for node in ast.walk(definition):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name in names:
                yield node.lineno, name
            case ast.Attribute(value=owner, attr=name) if is_self(owner) and name in names:
                yield node.lineno, name


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__() if kind is not type else ():
        yield each
        yield from subclasses(each)


@cache
def packages_with_textual() -> frozenset[str]:
    """The packages that import Textual. In the others a private name belongs to another library, such as Pygments."""
    return frozenset(
        module.__package__ or ""
        for module in modules(tui)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.ImportFrom) and is_textual(node.module or "")
    )


@cache
def all_private_names() -> frozenset[str]:
    """The private names of every class of Textual that the app imports, and of their bases."""
    imported = {each for module in modules(tui) for each in vars(module).values() if inspect.isclass(each)}
    kinds = {base for each in imported for base in each.__mro__ if is_textual(base.__module__)}
    return frozenset(name for kind in kinds for name in private_names(kind))


@cache
def private_names(kind: type[object]) -> frozenset[str]:
    """The private names in a class of Textual, those included that are only set on its instances."""
    assigned = {
        node.attr
        for node in ast.walk(definition_of(kind))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value)
    }
    return frozenset(name for name in assigned | set(vars(kind)) if is_private(name))


def definition_of(kind: type[object]) -> ast.AST:
    found = ast.walk(parsed(inspect.getsourcefile(kind) or ""))
    return next(node for node in found if isinstance(node, ast.ClassDef) and node.name == kind.__name__)


@cache
def parsed(file: str) -> ast.Module:
    with open(file, encoding="utf-8") as source:
        return ast.parse(source.read())


def is_a_test(name: str) -> bool:
    file, _, function = name.partition("::")
    names = (node.name for node in parsed(file).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return function in names


def is_textual(module: str) -> bool:
    return module.partition(".")[0] == textual.__name__


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def is_self(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Name) and owner.id in ("self", "cls")
