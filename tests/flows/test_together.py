"""A page without a table and the files attached to it, read again as the crawl read them."""

from dataclasses import replace
from datetime import timedelta

from extractors.report import Context
from flows.attached import in_attachment, lent_context
from flows.together import read_together
from schema.records import IN_ATTACHMENT, Link, Reading, ReadingStatus, Report
from tests.warehouse.build import START, observation, report
from warehouse.archive import Location
from warehouse.histories import Body, History

LINK = Link("http://www.qz.gov.cn/art_1.html", "某局2018年年度报告", "c1", None)
NO_TABLE = Reading(ReadingStatus.NO_TABLE, report({}, {"openness": "主动公开"}), reason="no table")
NONE = Reading(ReadingStatus.NO_TABLE, report({}, agency=None), reason="no table")


def filled(cells: int) -> Reading:
    figures = tuple(observation(f"cell.{n}") for n in range(cells))
    return Reading(ReadingStatus.REPORT, report(agency=None, observations=figures))


class Group:
    """Pages under one link: `page`, and files by name; each with what was seen of it by day, which is its run, too."""

    def __init__(self, **seen: dict[int, Reading]) -> None:
        self.readings: dict[int, Reading] = {}
        self.lent: dict[int, Report | None] = {}
        self.names: dict[int, tuple[str, int]] = {}
        self.pages = tuple(self._page(number, name, days) for number, (name, days) in enumerate(seen.items(), start=1))

    def _page(self, number: int, name: str, days: dict[int, Reading]) -> History:
        link = replace(LINK, url=LINK.url if name == "page" else f"http://www.qz.gov.cn/{name}.pdf")
        bodies = tuple(self._body(number * 100 + day, name, day, reading) for day, reading in days.items())
        attached_to = LINK.url if name != "page" else ""
        return History(number, "quzhou", link.url, link, bodies, attached_to)

    def _body(self, visit: int, name: str, day: int, reading: Reading) -> Body:
        self.readings[visit], self.names[visit] = reading, (name, day)
        seen = START + timedelta(days=day, seconds=name != "page")
        return Body(visit, day, seen, Location("a.warc.gz", visit, 1), reading.status, "", False, None, "")

    def read(self) -> dict[tuple[str, int], Reading]:
        """The readings by name and day."""

        def read(page: History, body: Body, lender: Report | None) -> Reading:
            self.lent[body.visit_id] = lender
            return self.readings[body.visit_id]

        found = read_together(self.pages, read)
        return {self.names[visit]: reading for visit, reading in found.items()}


def test_the_fullest_file_is_the_report_and_the_page_hands_over() -> None:
    read = Group(page={0: NO_TABLE}, small={0: filled(3)}, large={0: filled(9)}).read()
    assert read["page", 0] == in_attachment(NO_TABLE)
    assert read["large", 0].status is ReadingStatus.REPORT
    assert read["large", 0].report
    assert read["large", 0].report.header["openness"] == "主动公开"
    assert read["small", 0].status is not ReadingStatus.REPORT


def test_a_file_is_read_with_what_its_page_knows() -> None:
    group = Group(page={0: NO_TABLE, 5: NONE}, file={0: filled(3), 6: filled(4)})
    group.read()
    assert group.lent[200] is NO_TABLE.report
    assert group.lent[206] is NONE.report
    assert lent_context(Context(), NO_TABLE.report).link_title == report().title


def test_files_of_two_runs_do_not_compete() -> None:
    read = Group(page={0: NO_TABLE}, file={0: filled(3), 4: filled(9)}).read()
    assert {read["file", day].status for day in (0, 4)} == {ReadingStatus.REPORT}


def test_a_file_that_cannot_be_read_takes_nothing_from_its_page() -> None:
    torn = Reading(ReadingStatus.UNREADABLE, reason="needs:ocr")
    read = Group(page={0: NO_TABLE}, scan={0: torn}).read()
    assert read == {("page", 0): NO_TABLE, ("scan", 0): torn}


def test_a_file_that_is_readable_now_is_the_report_from_then_on() -> None:
    torn = Reading(ReadingStatus.UNREADABLE, reason="torn")
    read = Group(page={0: NO_TABLE, 4: NONE}, scan={0: torn, 4: filled(5)}).read()
    assert [read["page", day].reason == IN_ATTACHMENT for day in (0, 4)] == [False, True]


def test_a_page_that_has_the_table_itself_leaves_nothing_to_its_files() -> None:
    read = Group(page={0: filled(5)}, file={0: filled(9)}).read()
    assert read["page", 0] == filled(5)
    assert read["file", 0].status is not ReadingStatus.REPORT


def test_a_file_alone_is_a_document_as_any_other() -> None:
    assert Group(file={0: filled(3)}).read() == {("file", 0): filled(3)}
