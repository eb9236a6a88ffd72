"""Parameters of support, staff and money: what continuity does, and what speaks against it."""

from .base import Group, par


class Quality(Group):
    """What the quality of a month of support is made of: relation, experience, memory, setting."""

    relation_start: float = par(
        0.40,
        unit="share of full quality",
        low=0,
        high=1,
        source="judgement: EVIDENCE B3-B4, short matches do little",
        doc="Quality of support by a key worker whom one has just met.",
    )
    relation_months: float = par(
        6.0,
        unit="months",
        low=0.5,
        high=120,
        source="judgement: EVIDENCE E13 (3-12 months), B3 (benefits after about 12 months)",
        doc="Months together in which the distance to full quality shrinks to 37%.",
    )
    experience_start: float = par(
        0.70,
        unit="share of full quality",
        low=0,
        high=1,
        source="judgement: digest 001 M33, M87, competence and knowing the neighbourhood",
        doc="Quality of support by a key worker without experience.",
    )
    experience_months: float = par(
        18.0,
        unit="months",
        low=0.5,
        high=240,
        source="judgement: a year and a half to know the neighbourhood (digest 001 M87)",
        doc="Months of experience in which the distance to full quality shrinks to 37%.",
    )
    memory_start: float = par(
        0.80,
        unit="share of full quality",
        low=0,
        high=1,
        source="judgement: digest 001 M49, knowledge is lost in the transition between organisations",
        doc="Quality of support by an organisation that has just begun.",
    )
    memory_months: float = par(
        24.0,
        unit="months",
        low=0.5,
        high=240,
        source="judgement: two years of work; no figure in the digests",
        doc="Months of work in which the distance to full quality shrinks to 37%.",
    )
    memory_half_life: float = par(
        12.0,
        unit="months",
        low=1,
        high=240,
        source="judgement: what an organisation knows is half gone after a year without work",
        doc="Half-life of an organisation's memory while it stands still.",
    )
    institution: float = par(
        0.50,
        unit="share of full quality",
        low=0,
        high=1,
        source="judgement: digest 001 M04, training in an institution is forgotten on the day of discharge",
        doc="Quality of support given in an institution instead of in one's own surroundings.",
    )
    friction: float = par(
        0.25,
        unit="share of quality",
        low=0,
        high=1,
        source="judgement: digest 001 Q19, the first year and a half of friction; digest 003 L1408",
        doc="Quality lost just after a fresh start; the loss shrinks to nothing over `friction_months`.",
    )
    friction_months: float = par(
        12.0,
        unit="months",
        low=1,
        high=60,
        source="digest 003 L1408 (a whole laborious first year); digest 001 Q19 (a year and a half)",
        doc="Months of friction after a fresh start.",
    )


class Staffing(Group):
    """How key workers come and go."""

    leave_rate: float = par(
        0.0106,
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE E1: almost half in five years, 12% a year",
        doc="Chance a month that a key worker leaves.",
    )
    insecurity_months: float = par(
        6.0,
        unit="months",
        low=1,
        high=36,
        source="judgement: half a year before the end people look for other work",
        doc="Months before the known end of the money in which insecurity is felt.",
    )
    insecurity_factor: float = par(
        4.0,
        unit="times",
        low=1,
        high=50,
        source="judgement: EVIDENCE E3-E4, turnover of 30-55% a year under insecure conditions",
        doc="Multiple of the chance to leave in the last month before the known end.",
    )
    vacancy_months: int = par(
        4,
        unit="months",
        low=0,
        high=36,
        source="judgement: a vacancy takes about four months to fill; no figure in the digests",
        doc="Months until a post is filled again.",
    )
    freed_hands: float = par(
        0.50,
        unit="share",
        low=0,
        high=1,
        source="judgement: DESIGN section 4, a stop frees hands for others; no size published",
        doc="Share of the waiting time for a post that is saved while a key worker of a stopped programme is free.",
    )
    freed_money: float = par(
        0.50,
        unit="share",
        low=0,
        high=1,
        source="judgement: DESIGN section 4, a stop frees money for others; no size published",
        doc="Share of the money that a programme gives back that its payer passes on to other programmes.",
    )


class TakingPart(Group):
    """Who takes part, what it costs, and what is left when support ends."""

    hours_limit: float = par(
        40.0,
        unit="hours/week",
        low=1,
        high=100,
        source="judgement: a full working week; digest 000 section 4 row 7, 32 hours in one programme",
        doc="Hours of programmes in a week that one resident can take part in.",
    )
    lock_in: float = par(
        0.60,
        unit="share",
        low=0,
        high=1,
        source="EVIDENCE B12: negative short-term effect of subsidised work; size is a judgement",
        doc="Share of the search for work on the market that work in a place of a programme takes away.",
    )
    trust_reference: float = par(
        0.50,
        unit="share",
        low=0.05,
        high=1,
        source="judgement: the mean trust at which documented funnels were counted",
        doc="Trust at which an approach is accepted as often as the programme states.",
    )
    abandoned_trust: float = par(
        0.20,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE B4-B5, ended early is worse than never begun; digest 000 section 5",
        doc="Trust that a participant loses when the programme ends on them.",
    )
    abandoned_spread: float = par(
        0.25,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 003 L180-L214, distrust strengthens itself; no size published",
        doc="Share of that loss that each of their ties feels.",
    )
    offset_rate: float = par(
        0.02,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: digest 003 L360, solving one problem can worsen another; no rate published",
        doc="Chance a month that easing a participant's burden worsens another problem.",
    )
    offset_burden: float = par(
        0.10,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 003 L360; no size published",
        doc="Burden that comes back when another problem worsens.",
    )
    volunteer_hours: float = par(
        8.0,
        unit="hours/week",
        low=0,
        high=60,
        source="judgement: digest 001 M82 and M94, as long as they are not over-asked",
        doc="Hours a week that a volunteer can give without strain.",
    )
    volunteer_burn_out: float = par(
        0.05,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: digest 001 M94, danger of over-asking; EVIDENCE B6, 38% end early",
        doc="Chance a month that a volunteer who is asked twice what is light burns out.",
    )
    volunteer_leave_rate: float = par(
        0.03,
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE B6: 38% of matches end early, within about 16 months",
        doc="Chance a month that a volunteer stops.",
    )
    burn_out_burden: float = par(
        0.15,
        unit="share",
        low=0,
        high=1,
        source="judgement: no size published",
        doc="Burden that burning out adds.",
    )


class Counterforces(Group):
    """What may speak against continuity."""

    dependency_after: int = par(
        18,
        unit="months",
        low=0,
        high=600,
        source="judgement: longer than most trajectories",
        doc="Months of support after which it breeds dependency.",
    )
    dependency: float = par(
        0.004,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: digest 004, handing self-reliance to professionals decides over success; no size published",
        doc="Agency handed over to professionals in a month of longer support.",
    )
    drift: float = par(
        0.03,
        unit="1/year",
        low=0,
        high=1,
        source="judgement: digest 001 M96, supply gets its own dynamics; no size published",
        doc="Share of quality that an established offer loses in a year since its last fresh start.",
    )
    drift_most: float = par(
        0.30,
        unit="share",
        low=0,
        high=1,
        source="judgement: an offer keeps most of its use",
        doc="Largest share of quality that drift takes.",
    )
    repeated: float = par(
        0.30,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE A17, diminishing returns; no size published",
        doc="Share of the effect that an earlier trajectory of the same programme takes away from the next.",
    )
    critical_share: float = par(
        0.05,
        unit="share of residents",
        low=0,
        high=1,
        source="judgement: DESIGN section 4; digest 003 L684 on a focused but intensive approach",
        doc="Share of residents in support, of all programmes together, from which a critical mass helps.",
    )
    critical_gain: float = par(
        0.20,
        unit="share of quality",
        low=0,
        high=5,
        source="judgement: digest 001 M29, a flywheel; no size published",
        doc="Quality gained when the share of residents in support is twice the critical share or more.",
    )
    discount_rate: float = par(
        0.0225,
        unit="1/year",
        low=0,
        high=0.2,
        source="judgement: the rate of Dutch cost-benefit guidelines of 2020, recalled and not seen",
        doc="Rate at which later euros are worth less.",
    )
