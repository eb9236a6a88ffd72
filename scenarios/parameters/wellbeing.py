"""Parameters of agency, burden and trust, and of the shocks that hit them."""

from .base import Group, par


class Wellbeing(Group):
    """How agency, burden and trust follow circumstances."""

    burden_rate: float = par(
        0.07,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: a crisis is half over in about ten months",
        doc="Share of the distance to its target that burden covers in a month.",
    )
    burden_poor: float = par(
        0.16,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 002 L750; EVIDENCE C19, one in five households has large debts",
        doc="Burden added by living in a household without earnings from work.",
    )
    burden_idle: float = par(
        0.06,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 002 L950, without work people are back on the street",
        doc="Burden added by having nothing to do: no work, no school, no unpaid work.",
    )
    burden_ties: float = par(
        0.08,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 001 M-rows on mutual aid; no size published",
        doc="Burden taken away by a full circle of ties.",
    )
    strain_half_life: float = par(
        240.0,
        unit="months",
        low=6,
        high=2400,
        source="judgement: digest 001 EWIJK p5, structural problems return within a year of short help",
        doc="Time in which the structural part of burden heals half of the way to what is usual here.",
    )
    problem_threshold: float = par(
        0.50,
        unit="share",
        low=0.05,
        high=0.95,
        source="judgement: defines what is counted as problematic debts",
        doc="Mean burden of the adults from which a household counts as having problematic debts.",
    )
    agency_rate: float = par(
        0.04,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: empowerment changes over half a year (digest 000 section 4 row 10)",
        doc="Share of the distance to its target that agency covers in a month.",
    )
    agency_rungs: float = par(
        0.30,
        unit="share",
        low=0,
        high=1,
        source="judgement: position supports experienced control (digest 000 section 1)",
        doc="Agency added by holding rung 5 on every ladder.",
    )
    agency_burden: float = par(
        0.45,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 002 L57, survival mode",
        doc="Agency taken away by burden 1.",
    )
    agency_ties: float = par(
        0.20,
        unit="share",
        low=0,
        high=1,
        source="judgement: role models and norms work both ways (digest 000 section 5)",
        doc="Pull of the mean agency of one's ties on the target of agency.",
    )
    control_threshold: float = par(
        0.50,
        unit="share",
        low=0.05,
        high=0.95,
        source="judgement: defines who says that life is in his or her own hands",
        doc="Agency from which a resident counts as in control.",
    )
    trust_base: float = par(
        0.50,
        unit="share",
        low=0,
        high=1,
        source="judgement: no level published on this scale",
        doc="Trust to which a resident returns without experience of programmes.",
    )
    trust_rate_up: float = par(
        0.015,
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE E13: 3-12 months (assumption)",
        doc="Share of the distance up to its target that trust covers in a month.",
    )
    trust_rate_down: float = par(
        0.06,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: slow up, fast down (digest 000 section 5)",
        doc="Share of the distance down to its target that trust covers in a month.",
    )
    trust_ties: float = par(
        0.30,
        unit="share",
        low=0,
        high=1,
        source="judgement: distrust travels through ties",
        doc="Weight of the mean trust of one's ties in the target of trust.",
    )


class Shocks(Group):
    """Blows that arrive by chance."""

    illness_rate: float = par(
        0.0025,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: about 3% of adults a year",
        doc="Chance a month of an illness that costs energy, at age 40.",
    )
    illness_age: float = par(
        0.02,
        unit="1/year",
        low=0,
        high=1,
        source="judgement: illness rises with age",
        doc="Relative rise of the chance of illness with each year of age from 40.",
    )
    illness_burden: float = par(
        0.25, unit="share", low=0, high=1, source="judgement", doc="Burden added by an illness."
    )
    illness_capability: float = par(
        0.50,
        unit="rungs",
        low=0,
        high=5,
        source="judgement",
        doc="Working capability lost by an illness.",
    )
    debt_rate: float = par(
        0.0015,
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE C19: one in five households has large debts; inflow judgement",
        doc="Chance a month that a household member runs into debt, doubled when poor.",
    )
    debt_burden: float = par(
        0.25, unit="share", low=0, high=1, source="judgement", doc="Burden added by a debt."
    )
    scar: float = par(
        0.08,
        unit="share",
        low=0,
        high=1,
        source="judgement: some of every blow stays; no size published",
        doc="Share of the burden of an illness or debt that becomes structural.",
    )
    job_loss_burden: float = par(
        0.10,
        unit="share",
        low=0,
        high=1,
        source="judgement: rent arrears follow job loss",
        doc="Burden added to each adult of a household in which a job on the market is lost.",
    )
    separation_rate: float = par(
        0.0012,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: about 1.4% of couples a year",
        doc="Chance a month that a couple separates and one partner leaves.",
    )
    separation_burden: float = par(
        0.15,
        unit="share",
        low=0,
        high=1,
        source="judgement",
        doc="Burden added to both partners by a separation.",
    )
    eviction_rate: float = par(
        0.004,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: few evictions a year in a thousand tenants",
        doc="Chance a month that a poor household in a rented or supported dwelling is evicted when its burden is above the limit.",
    )
    eviction_burden: float = par(
        0.85,
        unit="share",
        low=0,
        high=1,
        source="judgement",
        doc="Mean burden of the adults above which a poor household in a rented or supported dwelling risks eviction.",
    )
