"""One file that others can open: what was asked, what came out, and on what it rests.

``blocks`` says what a command leaves behind for a report, ``saved`` reads it back, ``build`` makes
the page; every other file here is one part of that page.
"""

from __future__ import annotations
