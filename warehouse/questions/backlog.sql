-- zh: 结转下年的申请，下一年是否如数接上？
-- en: Do the requests that a year carries out come in again as the next year's carry-in?
-- read: difference is what came in less what went out; anything but 0 is a figure changed after it was published, or counted anew. Agencies with both reports and both numbers only.
SELECT y.agency, y.year, y.value AS carried_out, z.value AS carried_in_next_year, z.value - y.value AS difference
FROM panel y JOIN panel z ON z.agency_id = y.agency_id AND z.year = y.year + 1
WHERE y.indicator = 'request.carried_out' AND z.indicator = 'request.carried_in'
    AND y.value IS NOT NULL AND z.value IS NOT NULL
ORDER BY ABS(z.value - y.value) DESC, y.agency, y.year
