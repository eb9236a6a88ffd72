"""The command line, ``langeadem``: the front door, which may open every room."""

from __future__ import annotations


def main() -> None:
    """Run the command line with the arguments of the process, and exit with its code."""
    import sys

    from .app import build_app, language_of
    from .encoding import survive_any_encoding

    survive_any_encoding()
    build_app(language_of(sys.argv[1:]))(prog_name="langeadem")
