"""The calendar by which agencies work: one time zone and no summer time, in all of China."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def in_china(moment: datetime) -> datetime:
    """A moment as clocks and calendars in China show it."""
    return moment.astimezone(CHINA)
