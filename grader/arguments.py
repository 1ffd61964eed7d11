"""Reading the command line: what argparse says, in the words of all our errors, and with a guess."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from .errors import USAGE
from .terminal import tell

#: How argparse says which argument it speaks of.
_ARGUMENT = re.compile(r"argument (\S+?): (.*)", re.DOTALL)
_CHOICE = re.compile(r"invalid choice: (.*) \(choose from (.*)\)", re.DOTALL)
_NUMBER = re.compile(r"invalid int value: (.*)", re.DOTALL)
#: An option of more commands than so many is not told with all their names.
_MANY = 5
_REQUIRED = "the following arguments are required: "


class Parser(argparse.ArgumentParser):
    """Says what is wrong as "Cannot VERB OBJECT: CAUSE. REMEDY.", below the usage, with exit code 2."""

    #: The parsers of commands, by name; the parser of a command has none.
    commands: Mapping[str, Parser] = {}

    def error(self, message: str) -> NoReturn:
        """End the program over what argparse found wrong."""
        self._end(f"Cannot read the command line: {_in_our_words(message)}")

    def _end(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        end = "" if message.endswith("?") else "."
        tell(f"grader: {message.removesuffix('.')}{end} See: {self.prog} --help", sys.stderr)
        self.exit(USAGE)

    def read(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """The command line as options of a command; None for the words that the program was given."""
        words = list(sys.argv[1:] if arguments is None else arguments)
        if not words:
            self._end(f"Cannot run: no command is given. There are: {', '.join(self.commands)}")
        self._check_first(words)
        options, unknown = self.parse_known_args(words)
        if unknown:
            self.commands[options.command].refuse(unknown)
        return options

    def _check_first(self, words: Sequence[str]) -> None:
        word = words[0]
        if not word.startswith("-"):
            if word not in self.commands:
                guess = meant(word, self.commands, ", ".join(self.commands))
                self._end(f"Cannot run {word!r}: there is no such command.{guess}")
        elif not any(flag.startswith(word) for flag in self._flags()):
            name = word.partition("=")[0]
            with_it = [each for each, sub in self.commands.items() if name in sub._flags()]
            if with_it:
                meant_one = next((each for each in words[1:] if each in with_it), "COMMAND")
                known = "most commands" if len(with_it) > _MANY else ", ".join(with_it)
                self._end(
                    f"Cannot use {name} before a command: it stands behind one. Write grader "
                    f"{meant_one} {name} and so on. Known to: {known}"
                )
            guess = meant(name, self._flags()) or " Leave it out."
            self._end(f"Cannot use {name}: there is no such option.{guess}")

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """End the program over words that this command has no use for."""
        word = next((each for each in unknown if each.startswith("-")), None)
        if word is None:
            self._end(f"Cannot use {unknown[0]!r}: it is one word too many. Leave it out")
        name = word.partition("=")[0]
        guess = meant(name, self._flags())
        self._end(f"Cannot use {name}: {self.prog} has no such option.{guess}")

    def _flags(self) -> list[str]:
        return [flag for action in self._actions for flag in action.option_strings]


def named(text: str) -> str:
    """The name of a file or an address, for argparse, which says what is wrong with an empty one."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return text


def meant(name: str, known: Iterable[str], listed: str = "") -> str:
    """ " Did you mean 'NAME'?" if one of the known names is near; else " There are: LISTED." if listed."""
    import difflib  # only who has mistyped something waits for it

    near = difflib.get_close_matches(name, list(known), n=1)
    if near:
        return f" Did you mean {near[0]!r}?"
    return f" There are: {listed}." if listed else ""


def _in_our_words(message: str) -> str:
    if message.startswith(_REQUIRED):
        names = message.removeprefix(_REQUIRED)
        return f"{names} is missing" if "," not in names else f"{names} are missing"
    found = _ARGUMENT.fullmatch(message)
    if found is None:
        return message
    name, cause = found.groups()
    if choice := _CHOICE.fullmatch(cause):
        word, listed = choice[1].strip("'"), choice[2].replace("'", "")
        return f"{name}: {word!r} is none of {listed}.{meant(word, listed.split(', '))}"
    if number := _NUMBER.fullmatch(cause):
        return f"{name}: {number[1]} is no whole number"
    if cause.startswith("expected "):  # "expected one argument", "expected at least one argument"
        return (
            f"after {name} a value is missing. One that begins with - stands behind =, as in "
            f"{name.rpartition('/')[2]}=-value"
        )
    return f"{name}: {cause}"
