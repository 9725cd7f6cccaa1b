"""The command line, one name: `newsloom`. A command parses, calls one function, prints what was done.

Data goes to standard output, messages to standard error, and the exit code says how it went: 0 done, 1 needs a person,
2 wrong usage, 130 interrupted.
"""

from flows.cli.main import cli, main

__all__ = ["cli", "main"]
