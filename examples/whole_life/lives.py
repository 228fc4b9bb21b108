"""What happens in the lives that the demo shows: (transition, by whom, the form). Amounts, dates and names are made up."""

from __future__ import annotations

from typing import Any

Step = tuple[str, str, dict[str, Any]]

WHOLE_LIFE: list[Step] = [
    ("analyse", "tom", {"kind": "product", "requirements": "Below 40 dB at three metres, 9 kW"}),
    ("ask_customer", "tom", {"question": "May the outdoor unit stand on the roof?"}),
    ("receive_reply", "customer", {"reply": "Yes, it may"}),
    ("begin_design", "tom", {}),
    ("propose", "nora", {"solution": "Heat pump QX-9 with a sound hood", "price": "9800.00 EUR"}),
    (
        "agree_order",
        "customer",
        {"items": ["Heat pump QX-9", "Sound hood"], "delivery_way": "installation", "due_date": "2026-04-30"},
    ),
    ("schedule", "katrin", {"planned_end": "2026-04-20"}),
    ("request_change", "customer", {"change_wish": "Also a buffer tank"}),
    (
        "agree_change",
        "tom",
        {
            "consent": "in_writing",
            "items": ["Heat pump QX-9", "Sound hood", "Buffer tank"],
            "price": "10600.00 EUR",
            "due_date": "2026-05-15",
        },
    ),
    ("schedule", "katrin", {"planned_end": "2026-05-08"}),
    ("start_production", "wu_gang", {}),
    ("report_problem", "wu_gang", {"problem": "The compressor hums on the test bench"}),
    ("solve_problem", "chen_bo", {"cause": "material", "responsible": "production"}),
    ("tell_progress", "tom", {"progress": "A part was replaced; we deliver on the day agreed"}),
    ("finish_production", "wu_gang", {"quality_check": "passed_after_rework"}),
    ("dispatch", "marek", {"carrier": "own lorry", "tracking_number": "T-4711"}),
    ("hand_over", "marek", {"received_by": "Anna Weber"}),
    ("instruct", "zhou_jie", {"instruction": "installed_and_shown"}),
    ("invoice", "paolo", {"invoice_number": "2026-0815", "amount": "10900.00 EUR"}),
    ("dispute_invoice", "customer", {"billing_objection": "The price agreed was 10,600"}),
    (
        "correct_invoice",
        "paolo",
        {"correction": "corrected", "invoice_number": "2026-0816", "amount": "10600.00 EUR"},
    ),
    (
        "record_payment",
        "paolo",
        {"payment_way": "transfer", "paid_on": "2026-05-20", "receipt_number": "R-991"},
    ),
    (
        "record_answer",
        "customer",
        {"expected": 6, "perceived": 5, "comment": "Good, but the invoice was wrong at first"},
    ),
    (
        "record_follow_up",
        "liu_yang",
        {"follow_up_result": "content", "follow_up_note": "Likes to be called in the evening"},
    ),
    ("record_upkeep", "zhou_jie", {"upkeep": "maintenance", "upkeep_note": "Filter changed"}),
    ("arrange_take_back", "marek", {"take_back_way": "collection", "take_back_on": "2041-06-03"}),
    ("complete_take_back", "marek", {"disposal": "recycled"}),
]

STRAIGHT: list[Step] = [
    ("analyse", "tom", {"kind": "product"}),
    (
        "take_order",
        "tom",
        {
            "items": ["Heat pump QX-9"],
            "price": "9800.00 EUR",
            "delivery_way": "shipping",
            "due_date": "2026-04-30",
        },
    ),
    ("schedule", "katrin", {"planned_end": "2026-04-20"}),
    ("start_production", "wu_gang", {}),
    ("finish_production", "wu_gang", {"quality_check": "passed"}),
    ("dispatch", "marek", {}),
    ("hand_over", "marek", {}),
    ("invoice", "paolo", {"invoice_number": "2026-0001", "amount": "9800.00 EUR"}),
    ("record_payment", "paolo", {"payment_way": "card", "paid_on": "2026-05-02"}),
    ("record_answer", "customer", {"expected": 6, "perceived": 6}),
    ("record_follow_up", "liu_yang", {"follow_up_result": "content"}),
    ("record_upkeep", "zhou_jie", {"upkeep": "maintenance"}),
    ("arrange_take_back", "tom", {"take_back_way": "brought_in", "take_back_on": "2041-06-03"}),
    ("complete_take_back", "nora", {"disposal": "refurbished"}),
]

REPAIR: list[Step] = [
    ("analyse", "hanna", {"kind": "repair"}),
    (
        "take_order",
        "hanna",
        {
            "items": ["Repair of QX-9"],
            "price": "0.00 EUR",
            "delivery_way": "on_site",
            "due_date": "2026-09-10",
        },
    ),
    ("book", "elena", {"appointment": "2026-09-08T09:00:00+08:00"}),
    ("rebook", "customer", {"appointment": "2026-09-09T14:00:00+08:00", "rebooking": "customer_wish"}),
    ("start_service", "zhou_jie", {}),
    (
        "finish_service",
        "zhou_jie",
        {"work_done": "Fan bearing replaced", "cause": "wear", "responsible": "outside"},
    ),
    ("waive", "paolo", {"waiver": "warranty"}),
    ("close_survey", "liu_yang", {}),
    ("record_follow_up", "liu_yang", {"follow_up_result": "not_reached"}),
]

ADVICE: list[Step] = [
    ("analyse", "tom", {"kind": "advice"}),
    ("advise", "mei", {"advice_given": "Clean the filter twice a year"}),
    ("record_answer", "customer", {"expected": 5, "perceived": 6}),
    ("record_follow_up", "liu_yang", {"follow_up_result": "content"}),
]

COMPLAINT: list[Step] = [
    ("acknowledge", "mei", {}),
    ("assess", "ines", {"severity": "high", "complexity": "several", "impact": "one_customer"}),
    ("ask_customer", "ines", {"question": "When is it loudest?"}),
    ("receive_reply", "customer", {"reply": "At night, below zero degrees"}),
    ("tell_progress", "ines", {"progress": "Our technician measures on Thursday"}),
    (
        "investigate",
        "nora",
        {"findings": "The fan runs at full speed below zero", "cause": "product", "responsible": "technical"},
    ),
    (
        "answer",
        "ines",
        {"decision": "justified", "explanation": "The fan is controlled wrongly below zero degrees"},
    ),
    (
        "agree_remedy",
        "ines",
        {
            "remedy": "repair",
            "recovery_plan": "New controller within three days, apology by the manager",
            "remedy_due": "2026-12-11",
        },
    ),
    ("carry_out_remedy", "zhou_jie", {"remedy_done": "Controller replaced, 38 dB measured at three metres"}),
    ("close", "liu_yang", {"closing_view": "satisfied"}),
]

CUSTOMER: list[Step] = [
    ("activate", "tom", {}),
    ("evaluate", "tom", {"tier": "gold"}),
    ("contact", "liu_yang", {"contact_occasion": "regular", "contact_note": "Everything runs"}),
    ("flag_risk", "liu_yang", {"risk_signal": "survey_gap", "churn_cause": "weak_attitude"}),
    ("win_back", "tom", {"win_back_measure": "failure_repaired"}),
]
