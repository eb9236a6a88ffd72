"""The kinds of risk that documents report of programmes; each is a mechanism of its own."""

from __future__ import annotations

#: kind -> what it does; ``size`` and ``months`` are those of the risk.
RISKS: dict[str, str] = {
    "no_growth": "the grant stays nominal while unit costs rise by size a year",
    "venue_closed": "with chance size a month the venue closes for months months: no support",
    "care_waiting_list": "a share size waits months months for care before their burden is eased",
    "no_transfer": "when money stops nothing is handed over: participants and memory are lost, and the loss of trust is larger by size",
    "poorly_informed": "a share size of the eligible never learns that the offer exists",
    "intended_group_missed": "a share size of the residents outside the intended group is let in",
    "thin_guidance": "lack of guidance and room takes a share size off the quality",
    "few_orders": "a share size of the work places stays empty for want of orders",
    "no_say_over_inflow": "referrers settle the order of a share size, heaviest cases first",
    "no_moving_on": "a share size of those who complete stays on in the place for months months",
    "production_first": "production takes a share size off the learning and working nudges",
    "partners_absent": "without partners a share size of those who complete gets no aftercare and no next step",
    "no_means_of_pressure": "the chance a month to stop early is higher by size",
    "no_empowerment": "the nudge on agency is smaller by a share size",
    "funding_uncertain": "contracts feel insecure all the time, by a share size of the full insecurity",
    "resistance": "in the first months months after a fresh start a share size refuses",
    "slow_start": "a fresh start takes months months longer",
    "key_person": "when a key worker leaves a share size of the organisation's memory goes too",
    "weak_inflow": "referrers send a share size fewer people",
    "not_held": "a share size of those contacted is not held on to: no visit follows",
    "takes_over": "professionals take over: agency falls by size in a year of support",
    "gain_leaves": "who gains leaves: the wish to move is larger by size in months months after completion",
}
