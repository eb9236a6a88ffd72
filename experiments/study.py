"""A study: arms by points by worlds by luck, all built and checked before the first run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenarios import nearest_name
from ..scenarios.document import Document
from .design_of import design_of
from .designs import Design
from .ensemble import Ensemble
from .study_arms import Arm, Builder
from .study_bases import Bases
from .study_file import Written, read_study, written

if TYPE_CHECKING:
    from .manifest import Manifest
    from .runs import Asked, Run

__all__ = ["Arm", "Study"]


@dataclass(frozen=True, eq=False)
class Study:
    """A study, ready to be lived; made by `read` or `of`.

    Attributes
    ----------
    written
        What is stated, and where.
    ensemble
        Plausible worlds in which every arm is lived; None for the scenario's own only.
    replicates
        Number of lucks.
    """

    written: Written
    ensemble: Ensemble | None = None
    replicates: int = 1
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    # -- making ---------------------------------------------------------------------------------

    @classmethod
    def read(cls, asked: str | Path) -> Study:
        """Return the study in a file, or the shipped one with this name.

        Raises
        ------
        ScenarioError
            For anything unknown, of the wrong type or out of range in the file. What it says of
            scenarios is checked by `check`.
        """
        return cls._begun(read_study(asked))

    @classmethod
    def of(cls, stated: Mapping[str, Any], folder: str | Path = "") -> Study:
        """Return the study with these keys, as a file would state them.

        Parameters
        ----------
        stated
            ``{"scenario": "wielwijk", "vary": {"parameters": {...}}, ...}``.
        folder
            Folder that paths in it are meant from.
        """
        return cls._begun(written(Document("study", "", dict(stated)), "study", Path(folder)))

    @classmethod
    def _begun(cls, found: Written) -> Study:
        if any(isinstance(axis, Mapping) and "around" in axis for axis in found.axes.values()):
            from .assumptions import with_ranges

            found = with_ranges(found)[0]
        return cls(found, None, found.file.replicates)

    def with_replicates(self, replicates: int) -> Study:
        """Return the same study with another number of lucks; raise ValueError for less than one."""
        if isinstance(replicates, bool) or not 1 <= replicates <= 100_000:
            raise ValueError(f"replicates {replicates!r}; allowed: 1 to 100000")
        return replace(self, replicates=replicates)

    def with_ensemble(self, ensemble: Ensemble | None) -> Study:
        """Return the same study in these plausible worlds."""
        return replace(self, ensemble=ensemble, _made={})

    # -- what is asked --------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.written.file.name

    @cached_property
    def bases(self) -> Bases:
        """The arms before anything varies."""
        return Bases(self.written)

    @property
    def policies(self) -> tuple[str | None, ...]:
        """Policies as `load` takes them; None for the scenario's own."""
        return self.bases.policies

    @cached_property
    def design(self) -> Design:
        """The design; raises ScenarioError when it is empty or contradicts itself."""
        return design_of(self.written, self.bases.with_key)

    @cached_property
    def asked(self) -> Asked:
        """Outcomes and years; raises ScenarioError for unknown ones, and years past the horizon."""
        from .outcomes import OUTCOMES, outcome
        from .runs import Asked

        file = self.written.file
        for name in file.outcomes:
            try:
                outcome(name)
            except ValueError as error:
                message, _, rest = str(error).partition("; allowed: ")
                allowed = rest.partition("; did you mean")[0]
                near = nearest_name(name, OUTCOMES)
                raise self.written.problem(("outcomes",), message, allowed, near) from None
        years = self.years
        for year in file.at or ():
            if not 1 <= year <= years:
                raise self.written.problem(
                    ("at",), f"year {year} is not within the {years} years", f"1 to {years} years"
                )
        return Asked(tuple(file.outcomes), tuple(sorted(file.at or (years,))))

    @property
    def years(self) -> int:
        """Horizon."""
        return self.bases.of(self.policies[0]).years

    @property
    def seeds(self) -> tuple[int, ...]:
        """The luck of each replicate."""
        first = self.written.file.seed
        return tuple(range(first, first + self.replicates))

    @property
    def needs_twin(self) -> bool:
        """Whether an outcome compares with a twin."""
        from .outcomes import need_twin

        return need_twin(self.asked.outcomes)

    # -- what is lived --------------------------------------------------------------------------

    @property
    def varying(self) -> tuple[str, ...]:
        """Keys that vary, in order."""
        if self.design.kind == "list":
            return tuple(dict.fromkeys(key for point in self.design.listed for key in point))
        return tuple(self.design.axes)

    def points(self) -> list[dict[str, Any]]:
        """Return the settings of every point, in order; a study in which nothing varies has one."""
        if "points" not in self._made:
            self._made["points"] = self.design.points()
        return self._made["points"]

    def arms(self) -> list[Arm]:
        """Return every policy at every point in every world, all built and checked.

        Raises
        ------
        ScenarioError
            For what cannot be run, with the line of the study, the point and its settings.
        """
        if "arms" not in self._made:
            self._made["arms"] = self._builder().build()
        return self._made["arms"]

    def check(self, told: Callable[[int], None] | None = None) -> None:
        """Build and check everything; ``told`` hears how many points are done.

        Raises
        ------
        ScenarioError
            As `arms`.
        """
        _ = self.asked
        if "arms" not in self._made:
            self._made["arms"] = self._builder().build(told)

    def _builder(self) -> Builder:
        return Builder(
            self.written, self.bases, self.points(), self.varying, self.ensemble, self.needs_twin
        )

    @property
    def total(self) -> int:
        """Number of runs."""
        return len(self._distinct()) * self.replicates

    def runs(self) -> Iterator[Run]:
        """Yield every run once: all arms with the first luck, then all with the second."""
        arms = self._distinct()
        for seed in self.seeds:
            for arm in arms:
                yield arm.run(seed)

    def _distinct(self) -> list[Arm]:
        """Return the arms without those that a design has twice, as rounding to whole numbers can."""
        if "distinct" not in self._made:
            found: dict[Any, Arm] = {}
            for arm in self.arms():
                found.setdefault((arm.scenario.policy.key, arm.world, *arm.labels.values()), arm)
            self._made["distinct"] = list(found.values())
        return self._made["distinct"]

    # -- the record -----------------------------------------------------------------------------

    def manifest(self, command: str = "") -> Manifest:
        """Return what a store of this study is told of it."""
        from .manifest import make_manifest

        return make_manifest(
            self.content(),
            outcomes=self.asked.outcomes,
            years=self.asked.years,
            seeds=self.seeds,
            labels=self._kinds(),
            command=command,
        )

    def content(self) -> dict[str, Any]:
        """Return the resolved content of the study, as JSON can hold it.

        Names of files stand in it without their folders, and with the key of what is in them.
        """
        file = self.written.file
        design = self.design
        content: dict[str, Any] = {
            "name": self.name,
            "scenario": Path(file.scenario).name,
            "policies": {
                self.bases.of(one).policy.key: self.bases.of(one).key() for one in self.policies
            },
            "baseline": self.bases.of(self.bases.baseline).key() if self.needs_twin else None,
            "years": self.years,
            "seed": file.seed,
            "replicates": self.replicates,
            "arms": len(self._distinct()),
            "set": dict(self.written.settings),
            "vary": {"design": design.kind, "points": len(design)},
            "files": self.written.files(),
            "ensemble": None if self.ensemble is None else self.ensemble.content,
        }
        if design.kind == "list":
            content["vary"]["points"] = [dict(point) for point in design.listed]
        elif design.axes:
            content["vary"]["parameters"] = dict(self.written.axes)
        if design.kind not in ("grid", "list"):
            content["vary"] |= {"samples": design.samples, "seed": design.seed}
        if design.kind == "morris":
            content["vary"]["levels"] = design.levels
        return json.loads(json.dumps(content, default=str))

    def _kinds(self) -> dict[str, str]:
        from .manifest import kind_of

        found: dict[str, str] = {}
        for key in self.varying:
            values = {arm.labels[key] for arm in self.arms()} - {None}
            found[key] = kind_of(values)
        return found
