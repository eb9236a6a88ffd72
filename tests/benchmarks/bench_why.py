"""How long the answer to ``langeadem why`` takes: ``pytest tests/benchmarks/bench_why.py -n 0 -s``."""

from __future__ import annotations

import time

from langeadem.experiments.reasons import answer, question
from langeadem.scenarios import load

#: Issue 4: twins with ledger over 20 replicates, 3,000 residents, 30 years, on two cores.
SECONDS = 20.0


def test_twenty_twins_of_thirty_years_with_their_ledger() -> None:
    """Every pair is lived twice, with crowding and without; the evaluators look at all of them.

    Reports seconds from the question to the ledger, the start of the two processes included.
    """
    scenario = load("average", overrides={"figures.households": 1440, "figures.residents": 3000})
    asked = question(scenario, "watch-out", year=30)
    answer(question(scenario, "watch-out", year=2), replicates=20, workers=2)
    began = time.perf_counter()
    found = answer(asked, replicates=20, workers=2)
    ledger = found.ledger()
    lived = time.perf_counter() - began
    found.look()
    seen = time.perf_counter() - began
    print(f"\n{lived:.1f} s to the ledger, {seen:.1f} s with the evaluators")
    assert abs(ledger["value"].sum() - found.gap().value) < 1e-9
    assert lived < SECONDS
