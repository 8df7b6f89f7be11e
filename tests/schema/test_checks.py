"""Rules on reports: what holds, what fails, and what cannot be evaluated are three things."""

from decimal import Decimal

from schema.checks import check, check_years, facts, verdicts
from schema.records import TOTAL, Observation, Place, Report, Status


def observation(code: str, value: int | None, applicant: str = TOTAL, status: Status | None = None) -> Observation:
    number = None if value is None else Decimal(value)
    found = status or (Status.BLANK if value is None else Status.REPORTED)
    return Observation(code, applicant, number, found, "件", "", code, Place(1, 1, 1))


def report(form: str, *observations: Observation) -> Report:
    return Report("", "示例局", 2018, form, {}, observations)


def results(form: str, *observations: Observation) -> dict[str, bool | None]:
    found = verdicts(form, facts(observations))
    return {v.case.rule.name: v.holds for v in found if v.case.member == TOTAL and not v.case.code}


CHANNELS = [f"request.received.{way}" for way in ("in_person", "fax", "online", "letter")]


def test_a_sum_that_holds_makes_no_finding():
    cells = [observation(code, n) for code, n in zip(CHANNELS, (1, 0, 3, 0), strict=True)]
    assert check(report("2014", observation("request.received", 4), *cells)) == ()


def test_a_sum_that_fails_tells_the_figures_and_the_cells():
    cells = [observation(code, n) for code, n in zip(CHANNELS, (1, 0, 3, 0), strict=True)]
    (finding,) = check(report("2014", observation("request.received", 5), *cells))
    assert finding.rule == "received_by_channel"
    assert finding.severity == "error"
    assert "5 ≠ 4" in finding.message
    assert finding.cells == (("request.received", TOTAL),)


def test_a_blank_counts_as_nothing_beside_a_number():
    cells = [observation(code, n) for code, n in zip(CHANNELS, (None, None, 3, None), strict=True)]
    assert results("2014", observation("request.received", 3), *cells)["received_by_channel"] is True


def test_a_side_of_blanks_is_not_evaluable():
    cells = [observation(code, n) for code, n in zip(CHANNELS, (1, 0, 3, 0), strict=True)]
    assert results("2014", observation("request.received", None), *cells)["received_by_channel"] is None


def test_a_row_that_is_not_printed_is_not_a_blank():
    cells = [observation(code, 1) for code in CHANNELS[:3]]
    assert results("2014", observation("request.received", 4), *cells)["received_by_channel"] is None


def test_a_cell_that_is_no_number_makes_the_rule_not_evaluable():
    cells = [observation(code, 1) for code in CHANNELS[:3]]
    unread = observation(CHANNELS[3], None, status=Status.TEXT)
    assert results("2014", observation("request.received", 4), *cells, unread)["received_by_channel"] is None


def test_implication():
    trained = [observation("training.courses", 0), observation("training.trainees", 64)]
    assert [f.rule for f in check(report("2014", *trained))] == ["no_course_no_trainee"]
    held = [observation("training.courses", 1), observation("training.trainees", 64)]
    assert check(report("2014", *held)) == ()


def test_negative_counts_fail_but_changes_may_be_negative():
    below = report("2019", observation("licensing.decisions", -3), observation("licensing.items_change", -3))
    assert [(f.rule, f.cells) for f in check(below)] == [("not_negative", (("licensing.decisions", TOTAL),))]


def test_the_printed_balance_is_checked_for_each_applicant():
    cells = []
    for applicant, received in (("natural_person", 5), ("total", 6)):
        cells += [
            observation("request.received", received, applicant),
            observation("request.carried_in", 0, applicant),
            observation("request.concluded", 5, applicant),
            observation("request.carried_out", 0, applicant),
        ]
    found = [f for f in check(report("2021", *cells)) if f.rule == "request_balance"]
    assert len(found) == 1
    assert "[total]" not in found[0].message
    assert "6 ≠ 5" in found[0].message


def test_the_total_column_is_the_sum_of_the_applicants():
    members = (
        "natural_person",
        "org.business",
        "org.research",
        "org.public_interest",
        "org.legal_service",
        "org.other",
    )
    cells = [observation("request.received", 1, member) for member in members]
    wrong = report("2021", *cells, observation("request.received", 7))
    assert [f.cells[0] for f in check(wrong) if f.rule == "applicants_sum"] == [("request.received", TOTAL)]


def test_rules_across_years_need_both_years():
    before = report("2021", observation("request.carried_out", 3))
    now = report("2021", observation("request.carried_in", 2))
    assert [f.rule for f in check_years(now, before)] == ["carried_over"]
    assert check_years(now, report("2021", observation("request.carried_out", None))) == ()
    assert [f for f in check(now) if f.rule == "carried_over"] == []


def test_a_report_without_a_form_has_no_rules():
    assert check(Report("", None, None, None, {})) == ()
