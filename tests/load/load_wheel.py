"""The wheel elsewhere, with every loop compiled there: ``python -m tests.load.load_wheel``.

Builds it, installs it in a fresh environment outside the checkout and runs the main command, as
`tests/test_wheel.py` does with rules as plain Python. Takes a minute or two; ends with 1 when it
fails.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.test_wheel import build_wheel, check_run, installed, run


def main() -> None:
    """Run the main command twice from the wheel, the second time with what was compiled the first."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        command = installed(build_wheel(folder), folder) / "langeadem"
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        for name in ("first", "second"):
            began = time.perf_counter()
            asked = ("run", "staalmanpleinbuurt", "--policy", "carousel", "--years", "1")
            check_run(run(command, *asked, "--out", name, cwd=elsewhere), elsewhere / name)
            print(f"{name} run: {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
