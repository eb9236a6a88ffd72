"""The arms of a study before anything varies, and the errors of the names that make them."""

from __future__ import annotations

from functools import cached_property

from ..scenarios import Problem, Scenario, ScenarioError, nearest_name
from .composing import Composer
from .study_file import Written


class Bases:
    """The scenario of a study with each of its policies.

    Parameters
    ----------
    written
        The study as it is written.

    Attributes
    ----------
    policies : tuple
        Policies as `load` takes them; None for the scenario's own.
    baseline : str
        Policy of the twin.
    composer : Composer
        Makes arms with settings of these.
    """

    def __init__(self, written: Written) -> None:
        self._written = written
        file = written.file
        self.policies: tuple[str | None, ...] = (
            (None,) if file.policies is None else tuple(map(written.located, file.policies))
        )
        self.baseline = written.located(file.baseline)
        self.composer = Composer(written.located(file.scenario), file.years)

    def of(self, policy: str | None) -> Scenario:
        """Return an arm without settings.

        Raises
        ------
        ScenarioError
            For a place, a policy or a horizon that cannot be; it tells of the line that names it.
        """
        try:
            return self.composer.base(policy)
        except ScenarioError as error:
            raise ScenarioError([self._of_name(one, policy) for one in error.problems]) from None

    def _of_name(self, problem: Problem, policy: str | None) -> Problem:
        """Return a problem with a name as one of the line that states it; others as they are."""
        document = self._written.document
        if not problem.allowed or problem.line:
            return problem
        if problem.message.startswith("unknown policy"):
            asked_as = ("policies",) if policy in self.policies else ("baseline",)
            return document.problem(asked_as, problem.message, problem.allowed, problem.nearest)
        if problem.message == "unknown place":
            message = f"unknown place {self._written.file.scenario!r}"
            return document.problem(("scenario",), message, problem.allowed, problem.nearest)
        return problem

    def with_key(self, key: str) -> Scenario:
        """Return an arm that has a key; raise ScenarioError where none of the policies has it."""
        for policy in self.policies:
            if self.of(policy) and self.composer.concerns(policy, key):
                return self.of(policy)
        message, allowed, near = self._absent(key)
        path = self._written.paths.get(key, (key,))
        raise self._written.problem(path, message, allowed, near)

    def _absent(self, key: str) -> tuple[str, str, str]:
        """Return what is to be said of a key that no arm has."""
        if not key.startswith("programmes."):
            return "the policy none does nothing, whatever is set", "", ""
        name = [*key.split("."), ""][1]
        allowed = ", ".join(self._programmes) or "these policies have no programmes"
        message = f"no policy of the study has a programme {name!r}"
        return message, allowed, nearest_name(name, self._programmes)

    @cached_property
    def _programmes(self) -> list[str]:
        return sorted({name for one in self.policies for name in self.of(one).policy.programmes})

    def check(self, needs_twin: bool) -> None:
        """Refuse policies that bear the same name, and a baseline that there is not."""
        names = [self.of(one).policy.key for one in self.policies]
        for name in names:
            if names.count(name) > 1:
                raise self._written.problem(("policies",), f"two policies are called {name!r}")
        if needs_twin:
            self.of(self.baseline)
