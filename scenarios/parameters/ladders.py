"""Parameters of the four ladders: who can climb, who falls, what holding a rung does."""

from typing import Self

from pydantic import model_validator

from .base import Group, par


class Ages(Group):
    """Ages at which residents enter and leave the ladders."""

    learning_from: int = par(
        12,
        unit="years",
        low=4,
        high=18,
        source="judgement: first diploma-bearing school",
        doc="Age from which a child holds rungs on the learning ladder.",
    )
    leisure_from: int = par(
        8,
        unit="years",
        low=4,
        high=18,
        source="digest 000 section 4 row 14: children of 8-12",
        doc="Age from which a child holds rungs on the leisure ladder.",
    )
    adult: int = par(
        18,
        unit="years",
        low=16,
        high=21,
        source="judgement: legal majority",
        doc="Age at which a resident counts as an adult and enters the working and housing ladders.",
    )
    school_until: int = par(
        23,
        unit="years",
        low=18,
        high=30,
        source="EVIDENCE C18: early school leavers are counted under 23",
        doc="Age until which initial education can last.",
    )
    pension: int = par(
        67,
        unit="years",
        low=60,
        high=72,
        source="judgement: Dutch state pension age",
        doc="Age at which a resident leaves the working ladder.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.adult <= self.school_until < self.pension:
            raise ValueError("adult, school_until and pension must follow each other")
        return self


class Capability(Group):
    """Capability (kunnen), footing, and how they follow the rungs held."""

    fade_out_half_life: float = par(
        12.0,
        unit="months",
        low=1,
        high=240,
        source="EVIDENCE B23: an effect halves within a year",
        doc="Time in which capability above or below a resident's footing loses half of that distance without support.",
    )
    consolidation_half_life: float = par(
        70.0,
        unit="months",
        low=6,
        high=600,
        source="judgement: digest 002 L1310-1312, a level held for long is kept; no rate published",
        doc="Time in which the footing covers half of the distance up to the rung that is held.",
    )
    scarring_half_life: float = par(
        170.0,
        unit="months",
        low=12,
        high=1200,
        source="judgement: EVIDENCE C14 and C16, poverty of three years and more tends to stay; no rate published",
        doc="Time in which the footing covers half of the distance down to a lower rung that is held.",
    )
    readiness_width: float = par(
        1.0,
        unit="rungs",
        low=0.1,
        high=5,
        source="judgement: one rung short of a rung is not ready for it",
        doc="Distance below the next rung at which the readiness to climb is zero.",
    )
    overreach_width: float = par(
        1.5,
        unit="rungs",
        low=0.1,
        high=5,
        source="judgement: a rung and a half above one's capability cannot be held",
        doc="Distance by which the rung held exceeds capability at which the pull down is complete.",
    )
    hand_free_below: float = par(
        0.40,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 002 L750, survival takes the energy of many",
        doc="Burden below which a resident has both hands free to climb.",
    )
    no_hand_above: float = par(
        0.90,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 002 L57 and L750, survival comes first",
        doc="Burden above which no hand is free: no chance is taken.",
    )
    fall_at_ease: float = par(
        0.25,
        unit="share",
        low=0,
        high=1,
        source="judgement: even a rung well within reach is sometimes lost",
        doc="Share of a learning or leisure fall rate that remains when the rung held is within capability.",
    )
    fall_burden: float = par(
        0.8,
        unit="times",
        low=0,
        high=20,
        source="judgement: problems cost rungs",
        doc="Added multiple of a learning or leisure fall rate at burden 1.",
    )
    drive_floor: float = par(
        0.35,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 000 section 5, motivation matters but chance does too",
        doc="Share of the chance to climb that remains at zero agency.",
    )

    @model_validator(mode="after")
    def _hands_in_order(self) -> Self:
        if self.hand_free_below >= self.no_hand_above:
            raise ValueError("hand_free_below must be under no_hand_above")
        return self


class Learning(Group):
    """The learning ladder."""

    earliest_age: tuple[int, ...] = par(
        (12, 16, 18, 20, 27),
        unit="years",
        low=0,
        high=99,
        source="judgement: ages of the Dutch school system",
        doc="Youngest age at which rung 1 to 5 can be reached.",
    )
    school_climb_rate: float = par(
        0.05,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: fitted so that about 85% hold a start qualification at 23 in the default place; EVIDENCE C18",
        doc="Chance a month to climb during initial education, at full readiness.",
    )
    course_climb_rate: float = par(
        0.012,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: adult education reaches a few in a hundred a year",
        doc="Chance a month that an adult who is ready takes up a course, at full readiness.",
    )
    course_places: float = par(
        0.4,
        unit="places/1000 adults/month",
        low=0,
        high=1000,
        source="judgement: adult education is scarce and local",
        doc="Course places that open each month.",
    )
    fall_rate: tuple[float, ...] = par(
        (0.002, 0.0, 0.0, 0.0, 0.01),
        unit="1/month",
        low=0,
        high=1,
        source="judgement: a diploma is kept; basic skills erode and a course ends (digest 000 section 1)",
        doc="Chance a month to lose rung 1 to 5 when it exceeds capability.",
    )


class Working(Group):
    """The working ladder."""

    find_rate: float = par(
        0.225,
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE C7: 27% of the unemployed find work in a quarter",
        doc="Chance a month that a fully employable resident without paid work finds a vacancy.",
    )
    find_width: float = par(
        2.6,
        unit="rungs",
        low=0.5,
        high=5,
        source="judgement: fitted to EVIDENCE C10, 7-9% a year from benefit to work",
        doc="Distance of capability below rung 4 at which nobody is hired.",
    )
    labour_force_from: float = par(
        2.0,
        unit="rungs",
        low=0,
        high=5,
        source="judgement: digest 002 L850, nine in ten of the workers are too far from paid work",
        doc="Working capability from which a resident without work counts as unemployed; below it as far from the labour market.",
    )
    insurance_months: int = par(
        6,
        unit="months",
        low=0,
        high=38,
        source="judgement: a flexible worker has a short unemployment insurance",
        doc="Months without paid work after which a resident in a household without earnings counts as on benefit.",
    )
    insurance_rebuild: int = par(
        3,
        unit="months/month",
        low=0,
        high=24,
        source="judgement: rights to unemployment insurance are built up again in about eight months of work",
        doc="Months without work that one month of paid work makes up for.",
    )
    permanent_entry_share: float = par(
        0.10,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE C12, permanent work mostly follows temporary work",
        doc="Share of hired residents with capability for rung 5 who start there.",
    )
    permanent_rate: float = par(
        0.025,
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE C12: 26% permanent after three years",
        doc="Chance a month to climb from temporary to permanent work at full readiness.",
    )
    permanent_width: float = par(
        2.5,
        unit="rungs",
        low=0.5,
        high=5,
        source="judgement: fitted to EVIDENCE C12",
        doc="Distance of capability below rung 5 at which no temporary job becomes permanent.",
    )
    support_place_rate: float = par(
        0.02,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: digest 003, places for unpaid, work-experience and subsidised work are scarce",
        doc="Chance a month to take up a free place on rung 1, 2 or 3 at full readiness.",
    )
    loss_rate: tuple[float, ...] = par(
        (0.012, 0.06, 0.02, 0.0119, 0.0011),
        unit="1/month",
        low=0,
        high=1,
        source="EVIDENCE C8: 2.6-3.1% of the employed a year, flexible work several times more; rungs 1-3 judgement",
        doc="Chance a month to lose rung 1 to 5 without overreach, burden or downturn.",
    )
    loss_overreach: float = par(
        1.8,
        unit="times",
        low=0,
        high=20,
        source="judgement: EVIDENCE C11, one in five returns within a year",
        doc="Added multiple of the loss rate when the rung is held far above capability.",
    )
    loss_burden: float = par(
        0.8,
        unit="times",
        low=0,
        high=20,
        source="judgement: digest 001 MULTI p9, almost half of claimants have other problems",
        doc="Added multiple of the loss rate at burden 1.",
    )
    loss_unqualified: float = par(
        0.5,
        unit="times",
        low=0,
        high=20,
        source="EVIDENCE C12: 17% of the low educated against 36% of the high educated keep on",
        doc="Added multiple of the loss rate without a start qualification (learning rung below 2).",
    )
    loss_downturn: float = par(
        0.8,
        unit="times",
        low=0,
        high=20,
        source="judgement: job loss rises in a downturn",
        doc="Added multiple of the loss rate for each point that the labour market is below its mean.",
    )


class Housing(Group):
    """The housing ladder; rungs change by moving and by tenure only."""

    capability_owner: float = par(
        4.4,
        unit="rungs",
        low=0,
        high=6,
        source="judgement: buying asks stable work and savings",
        doc="Housing capability that a household needs to buy.",
    )
    wish_rate: float = par(
        0.004,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: EVIDENCE C3, movers-on wait about 21 years",
        doc="Added chance a month to move for a household that is ready for a better dwelling.",
    )


class Leisure(Group):
    """The leisure ladder."""

    climb_rate: float = par(
        0.036,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: no rate published",
        doc="Chance a month to climb at full readiness.",
    )
    fall_rate: tuple[float, ...] = par(
        (0.016, 0.016, 0.013, 0.012, 0.012),
        unit="1/month",
        low=0,
        high=1,
        source="judgement: no rate published",
        doc="Chance a month to lose rung 1 to 5, before overreach and burden.",
    )
    places_share: float = par(
        0.40,
        unit="share of residents",
        low=0,
        high=1,
        source="judgement: digest 002 L669-674, 5-13% active in their own neighbourhood; club places are more",
        doc="Places in clubs and activities (rungs 3 to 5) there are for the residents.",
    )
