"""`docs/commands.md`, made from the commands: `python -m munim.cli.reference > docs/commands.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from typer.main import get_command

from munim.cli.app import build

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup

HEAD = """\
# The commands

Made from the commands themselves (`python -m munim.cli.reference > docs/commands.md`); a test compares the two.
"""


def reference() -> str:
    """Return every command with its arguments, options and examples, as Markdown."""
    return "\n".join([HEAD, *(part for path, command in commands() for part in _section(path, command))])


def commands() -> Iterator[tuple[str, TyperCommand]]:
    """Yield every command that does something, with its words: `munim nav show`."""
    yield from _below("munim", get_command(build()))


def _below(path: str, command: Any) -> Iterator[tuple[str, TyperCommand]]:  # noqa: ANN401 - typer's base is private
    group: TyperGroup | None = command if hasattr(command, "commands") else None
    if group is None:
        yield path, command
        return
    for name, inner in group.commands.items():
        yield from _below(f"{path} {name}", inner)


def _section(path: str, command: TyperCommand) -> Iterator[str]:
    yield f"## {path}\n"
    yield f"{(command.help or '').strip()}\n"
    rows = [(_name(one), _meaning(one)) for one in command.params]
    if rows:
        yield "| argument or option | |"
        yield "|---|---|"
        yield from (f"| {name} | {meaning} |" for name, meaning in rows)
        yield ""
    yield f"```text\n{(command.epilog or '').removeprefix('Examples:').strip()}\n```\n"


def _name(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar}`".replace("|", "\\|")
    value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return ", ".join(f"`{word}{value}`" for word in parameter.opts).replace("|", "\\|")


def _meaning(parameter: Any) -> str:  # noqa: ANN401
    said = [str(parameter.help or "")]
    default = parameter.default
    if isinstance(default, Enum):
        said.append(f"One of {', '.join(_word(one) for one in type(default))}.")
    if isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        said.append(f"Default: {_word(default)}.")
    return " ".join(said).replace("|", "\\|")


def _word(value: object) -> str:
    return f"`{value.value if isinstance(value, Enum) else value}`"


if __name__ == "__main__":
    sys.stdout.write(reference())
