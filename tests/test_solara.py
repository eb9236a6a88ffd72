"""Mesa's own SolaraViz renders a neighbourhood (with the pins of ipyvue and ipyvuetify)."""

from __future__ import annotations

import warnings

from langeadem.model.neighbourhood import Neighbourhood


def test_solara_viz_renders_and_gives_each_session_its_own_model(small) -> None:
    """Protects Mesa users: Mesa 3.3.1's page breaks with Vuetify 3, and worlds must not be shared."""
    with warnings.catch_warnings():
        # Solara and its widgets warn about their own future on import; not ours to mend.
        warnings.simplefilter("ignore")
        import solara
        from mesa.visualization import SolaraViz

        worlds: list[Neighbourhood] = []

        @solara.component
        def Page() -> None:  # noqa: N802 (Solara names components like classes)
            def make() -> Neighbourhood:
                worlds.append(Neighbourhood(small(policy="watch-out"), rng=1))
                return worlds[-1]

            world = solara.use_memo(make, [])
            SolaraViz(world, components=[], model_params={"rng": 1})

        for _ in range(2):
            box, rendered = solara.render(Page(), handle_error=False)
            assert box.children
            rendered.close()
    assert len({id(world) for world in worlds}) == 2
    assert all(world.programmes for world in worlds)
