-- zh: 2014至2018年，人员和经费与工作量相比如何？
-- en: How do staff and budget compare with the workload, 2014 to 2018?
-- read: Only the 2014 form asks for staff and budget (万元). requests_per_head divides the requests received by the people who work on disclosure, full-time or not; null where one of the two is blank or nobody does.
SELECT agency, year,
    MAX(CASE WHEN indicator = 'capacity.staff' THEN value END) AS staff,
    MAX(CASE WHEN indicator = 'capacity.staff.full_time' THEN value END) AS full_time,
    MAX(CASE WHEN indicator = 'capacity.budget' THEN value END) AS budget_10k_yuan,
    MAX(CASE WHEN indicator = 'request.received' THEN value END) AS requests,
    ROUND(1.0 * MAX(CASE WHEN indicator = 'request.received' THEN value END)
        / NULLIF(MAX(CASE WHEN indicator = 'capacity.staff' THEN value END), 0), 2) AS requests_per_head
FROM panel
WHERE indicator IN ('capacity.staff', 'capacity.staff.full_time', 'capacity.budget', 'request.received')
    AND form = '2014'
GROUP BY agency, year
ORDER BY agency, year
