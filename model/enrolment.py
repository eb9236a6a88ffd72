"""Who was reached by a programme and who took part: one row a resident, one row a trajectory."""

from __future__ import annotations

import numpy as np

#: Where a trajectory stands. From `COMPLETED` on it is over.
WAITING, SUPPORTED, AFTERCARE, VOLUNTEER = 0, 1, 2, 3
COMPLETED, DROPPED, ABANDONED, TRANSFERRED, LEFT, DIED, GAVE_UP = 4, 5, 6, 7, 8, 9, 10
STATUS_NAMES = (
    "waiting",
    "supported",
    "aftercare",
    "volunteer",
    "completed",
    "dropped out",
    "abandoned",
    "handed over",
    "left",
    "died",
    "gave up waiting",
)

#: What a programme knows of a resident, one row a resident. ``lots`` are lifelong draws (0: not
#: drawn yet); ``stage`` is how far the funnel went; ``times`` counts trajectories that are over.
#: `STANDING` holds who takes part (or waits, or is a volunteer), who was told of it, and the month of
#: the last approach plus one (0: none): small, because whole networks and lists look at it.
REACHED = np.dtype(
    [
        ("lots", np.float32, 4),
        ("stage", np.int8),
        ("times", np.int8),
    ],
    align=True,
)
STANDING = np.dtype([("enrolled", np.int8), ("told", np.int8), ("approached", np.int16)])

#: Whom a programme is meant for: one row a resident, with the place in the order of approach.
LISTED = np.dtype([("person", np.int32), ("turn", np.float32)])

#: What a programme asks of outreach this month, one row a programme: how many to approach, the
#: share that refuses for reasons of the programme, and the starts that there is money for.
LIMIT, REFUSED, MOST = 0, 1, 2
#: How a programme stands, one row a programme: the trust that who is abandoned loses; how many
#: posts it has, and whether they changed; how many rows of its tables are in use.
#: ``working`` to ``memory_months`` are as in `Programme`, ``started`` is 0 where it does not run, and
#: ``fades`` is what a month without money leaves of memory. ``guided`` is a part of quality,
#: ``refuses`` the share that refuses in the first ``refuses_months``, ``due`` the part of an approach
#: left over. ``filled`` posts have a key worker; ``slots`` participants fit at all posts, ``capacity``
#: at those. A key worker costs ``key_worker_eur`` a month at first; ``work_on_card`` work places go with
#: ``places_on_card``. ``asks`` is 1 where posts are to come, go or be filled: where ``wanted`` is not
#: the number of posts, and from ``hires_from`` on.
RUNNING = np.dtype(
    [
        ("identity", np.int64),
        ("trust_lost", np.float64),
        ("changed", np.int64),
        ("posts", np.int64),
        ("trajectories", np.int64),
        ("active", np.int64),
        ("listed", np.int64),
        ("list_until", np.int64),
        ("released", np.int64),
        ("working", np.int64),
        ("opens", np.int64),
        ("admits_from", np.int64),
        ("closed_until", np.int64),
        ("started", np.int64),
        ("places", np.int64),
        ("memory_months", np.float64),
        ("fades", np.float64),
        ("guided", np.float64),
        ("refuses", np.float64),
        ("refuses_months", np.int64),
        ("due", np.float64),
        ("filled", np.int64),
        ("slots", np.int64),
        ("capacity", np.int64),
        ("caseload", np.float64),
        ("key_worker_eur", np.float64),
        ("places_on_card", np.int64),
        ("work_on_card", np.int64),
        ("asks", np.int64),
        ("wanted", np.int64),
        ("hires_from", np.int64),
    ]
)

#: One row a trajectory. ``turn`` is the place in the order of the waiting list, ``together`` the
#: months with the present key worker, ``months`` those with support, ``quality`` their sum of
#: quality, ``times`` the trajectories before; ``released`` is the month in which support ended,
#: aftercare not counted; ``*_start`` is how the participant stood at the start. What is looked at every month comes first, so that it is
#: in one piece of memory; a row has 64 bytes, as those have.
ENROLMENT = np.dtype(
    [
        ("person", np.int32),
        ("started", np.int32),
        ("ended", np.int32),
        ("until", np.int32),
        ("together", np.float32),
        ("post", np.int16),
        ("months", np.int16),
        ("status", np.int8),
        ("work_given", np.int8),
        ("found_work", np.int8),
        ("completed", np.int8),
        ("rung_start", np.int8, 4),
        ("quality", np.float32),
        ("turn", np.float32),
        ("released", np.int32),
        ("burden_start", np.float32),
        ("agency_start", np.float32),
        ("trust_start", np.float32),
        ("since", np.int16),
        ("care_until", np.int16),
        ("work_before", np.int8),
        ("mentor", np.int8),
        ("times", np.int8),
    ],
    align=True,
)

#: What is counted of a programme in a month.
COUNTS = (
    "aimed_at",
    "contacted",
    "visited",
    "joined",
    "starts",
    "sessions",
    "completions",
    "drop_outs",
    "abandoned",
    "handed_over",
    "left",
    "died",
    "gave_up",
    "new_volunteers",
    "burn_outs",
    "found_work",
    "tenure_changes",
    "moved_on",
    "supported_months",
    "unsupported_months",
    "relations_broken",
    "quality_sum",
    "together_sum",
    "burden_of_starts",
    "agency_of_starts",
)
COUNT = {name: number for number, name in enumerate(COUNTS)}
N_COUNTS = len(COUNTS)

#: What is counted at the end of a month: how many there are.
STOCKS = ("waiting", "in_support", "aftercare", "volunteers", "jobs_given")
IN_LINE, IN_SUPPORT, IN_AFTERCARE, GIVING, JOBS = range(len(STOCKS))
N_STOCKS = len(STOCKS)
