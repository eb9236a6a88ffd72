"""Parameters of the labour market and of finite places."""

from .base import Group, par


class Labour(Group):
    """The labour market within reach, and the places that support offers."""

    vacancy_rate: float = par(
        0.0070,
        unit="1/month",
        low=0,
        high=1,
        source="judgement: somewhat more vacancies than takers in a mean year, fewer in a downturn (EVIDENCE B14)",
        doc="Vacancies within reach each month as a share of residents of working age.",
    )
    cycle_amplitude: float = par(
        0.25,
        unit="share",
        low=0,
        high=1,
        source="judgement: vacancies fall by a quarter to a third in Dutch recessions",
        doc="Swing of the labour market around its mean.",
    )
    cycle_period: float = par(
        102.0,
        unit="months",
        low=12,
        high=600,
        source="judgement: business cycles of eight to nine years",
        doc="Length of the labour-market cycle; its phase is drawn.",
    )
    cycle_noise: float = par(
        0.05,
        unit="share",
        low=0,
        high=1,
        source="judgement",
        doc="Half-width of the yearly drawn deviation from the cycle.",
    )
    place_share: tuple[float, ...] = par(
        (0.05, 0.008, 0.012),
        unit="share of working age",
        low=0,
        high=1,
        source="judgement: digest 003, subsidised jobs and internships are scarce",
        doc="Places for unpaid work, work experience and subsidised work (rungs 1 to 3).",
    )
    contact_bonus: float = par(
        0.35,
        unit="share",
        low=0,
        high=3,
        source="EVIDENCE D7, D8: almost half of jobs through contacts, mostly friends and kin for the low skilled",
        doc="Rise of the chance to find work when all of one's friends, kin and outside ties work, and fall when none does.",
    )


class Start(Group):
    """How the first residents and the newcomers are composed."""

    between_ladders: float = par(
        0.55,
        unit="correlation",
        low=0,
        high=0.99,
        source="judgement: positions go together (digest 000 section 1)",
        doc="Correlation of a resident's standing on two ladders.",
    )
    within_household: float = par(
        0.40,
        unit="correlation",
        low=0,
        high=0.99,
        source="judgement: partners and parents resemble each other",
        doc="Share of what a resident's ladders have in common that is the household's; on one ladder two adults correlate by this times between_ladders.",
    )
    footing_noise: float = par(
        0.45,
        unit="rungs",
        low=0,
        high=3,
        source="judgement",
        doc="Spread of footing around the standing that goes with the rung held.",
    )
    share_permanent: float = par(
        0.77,
        unit="share of the employed",
        low=0,
        high=1,
        source="judgement: EVIDENCE C12, C13; flexible work is common here",
        doc="Share of the employed who hold permanent work at the start.",
    )
    share_subsidised: float = par(
        0.012,
        unit="share of working age",
        low=0,
        high=1,
        source="judgement: scarce",
        doc="Share of residents of working age in subsidised work at the start.",
    )
    share_wanted_rent: float = par(
        0.30,
        unit="share of rented dwellings",
        low=0,
        high=1,
        source="judgement: most post-war rental stock is not the most wanted",
        doc="Share of rented dwellings that count as wanted (housing rung 4).",
    )
    share_active: float = par(
        0.40,
        unit="share",
        low=0,
        high=1,
        source="judgement: digest 002 L669-674, 5-13% active in the neighbourhood; leisure counts more",
        doc="Share of residents who hold rung 3 or higher on the leisure ladder at the start.",
    )
    newcomer_disadvantage: float = par(
        0.14,
        unit="share",
        low=0,
        high=1,
        source="judgement: fitted so that an untreated area stays level; EVIDENCE A27b, section J",
        doc="Relative excess of low education and worklessness, and lack of active leisure, among newcomers.",
    )
    newcomer_elderly: float = par(
        0.30,
        unit="times",
        low=0,
        high=2,
        source="judgement: EVIDENCE C4, the old move little",
        doc="Share of people over 65 among newcomers, relative to the place.",
    )
    newcomer_age_max: int = par(
        48,
        unit="years",
        low=25,
        high=64,
        source="judgement: EVIDENCE C4, most movers are under 45",
        doc="Highest age of a newcomer without children who is not elderly.",
    )
    adult_children: float = par(
        0.07,
        unit="share of adults",
        low=0,
        high=0.3,
        source="judgement",
        doc="Share of adults who live with their parents at the start.",
    )
    inheritance: float = par(
        0.45,
        unit="share",
        low=0,
        high=1,
        source="judgement: EVIDENCE A47, D12; partly inherited position",
        doc="Weight of the parents in the footing, strain and agency of children born here.",
    )
