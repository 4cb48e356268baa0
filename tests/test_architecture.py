"""The plan of the house, held by walking the syntax trees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

import comments.desk

APPS = ("asiaunbound", "comments", "blog")
MAY_IMPORT = {"asiaunbound": {"asiaunbound", "comments", "blog"}, "comments": {"comments", "blog"}, "blog": {"blog"}}
# Django looks for a database's module under this name.
NAMED_BY_DJANGO = {"asiaunbound/postgresql/base.py"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "misc", "services", "signals"}
MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 300, 40, 60
# What may be longer, and why.
LONGER = {
    "blog/citations.py": "three styles, which share all their small parts",
    "comments/moderation.py": "every move of a comment, so that there is no second way to change one",
}
WORDS_OF_COMMENTS = re.compile(r"\bcomments?\b|comment_|_comment", re.IGNORECASE)
# Who may call something safe, and why.
MARKS_SAFE = {"blog/templatetags/blog_tags.py": "JSON-LD stands in a script element, where HTML's escapes do not count"}


def modules(*apps: str) -> list[Path]:
    return sorted(path for app in apps for path in (settings.BASE_DIR / app).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            yield str(node.module).partition(".")[0]


def docstrings(tree: ast.AST) -> set[ast.AST]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    heads = [node.body[0] for node in ast.walk(tree) if isinstance(node, kinds) and node.body]
    return {head.value for head in heads if isinstance(head, ast.Expr)}


def words(tree: ast.AST) -> Iterator[str]:
    """Every name, and every string that is no sentence."""
    prose = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            yield from [node.value] if " " not in node.value.strip() else []
        for part in ("id", "attr", "name", "arg"):
            if isinstance(word := getattr(node, part, None), str):
                yield word


def lines(node: ast.FunctionDef) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


class ImportTests:
    @pytest.mark.parametrize("app", APPS)
    def test_they_point_one_way(self, app: str) -> None:
        wrong = [
            f"{name(path)} imports {other}"
            for path in modules(app)
            for other in imported(ast.parse(path.read_text()))
            if other in APPS and other not in MAY_IMPORT[app]
        ]
        assert wrong == []

    def test_comments_is_not_named_in_blog_even_in_a_string(self) -> None:
        """A sentence may speak of comments; an address, a field or a lookup may not."""
        wrong = [
            f"{name(path)} says {word!r}"
            for path in modules("blog")
            if "demo" not in path.parts
            for word in words(ast.parse(path.read_text()))
            if WORDS_OF_COMMENTS.search(word)
        ]
        assert wrong == []


class SizeTests:
    def test_a_module_can_be_read_at_one_sitting(self) -> None:
        wrong = []
        for path in modules(*APPS):
            if "migrations" in path.parts or "demo" in path.parts:
                continue
            count = len(path.read_text().splitlines())
            if name(path) not in LONGER and count > MODULE_LINES:
                wrong.append(f"{name(path)} has {count} lines")
        assert wrong == []

    def test_a_function_fits_on_a_screen(self) -> None:
        wrong = [
            f"{name(path)}:{node.lineno} {node.name} has {lines(node)} lines"
            for path in modules(*APPS)
            if "migrations" not in path.parts
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.FunctionDef) and lines(node) > FUNCTION_LINES
        ]
        assert wrong == []

    def test_a_template_fits_on_a_screen(self) -> None:
        wrong = [
            f"{name(path)} has {count} lines"
            for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
            if (count := len(path.read_text().splitlines())) > TEMPLATE_LINES
        ]
        assert wrong == []


class NameTests:
    def test_a_module_is_named_by_what_the_business_does(self) -> None:
        wrong = {name(path) for path in modules(*APPS) if path.stem in FORBIDDEN_NAMES}
        assert wrong - NAMED_BY_DJANGO == set()

    @pytest.mark.parametrize("package", [comments, comments.desk])
    def test_each_module_has_its_room(self, package: ModuleType) -> None:
        plan = package.__doc__ or ""
        rooms = re.findall(r"^- .+?: (.+?)$(?=\n- |\n\Z)", plan, re.MULTILINE | re.DOTALL)
        planned = [name for room in rooms for name in re.split(r"[,;]\s+", room)]
        folder = Path(*package.__path__)
        found = {path.stem for path in folder.iterdir() if not path.name.startswith("__")}
        assert sorted(planned) == sorted(found)

    def test_the_top_level_tells_the_story(self) -> None:
        folders = {path.name for path in settings.BASE_DIR.iterdir() if path.is_dir() and path.name[0] not in "._"}
        assert folders - {"var"} <= {"asiaunbound", "blog", "comments", "templates", "tests"}


class SafeMarkupTests:
    def test_only_markup_modules_call_something_safe(self) -> None:
        wrong = [
            f"{name(path)}:{node.lineno}"
            for path in modules(*APPS)
            if path.name != "markup.py" and name(path) not in MARKS_SAFE
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith(("mark_safe", "SafeString"))
        ]
        assert wrong == []

    def test_nobody_else_cleans(self) -> None:
        wrong = [
            name(path)
            for path in modules(*APPS)
            if path.name != "markup.py" and {"bleach", "nh3"} & set(imported(ast.parse(path.read_text())))
        ]
        assert wrong == []
