-- zh: 2014年以来每个机关每年新收多少件申请，口径在哪里断开？
-- en: How many requests did each agency receive in each year since 2014, and where does the line break?
-- read: Draw no line across a row with break_before: up to report year 2018 some agencies counted requests carried in, and the Regulations of 2019 count repeated and mixed requests in another way. A null is a blank, not a zero.
SELECT agency, year, value AS requests, origin, form, comparability, break_before
FROM series
WHERE series = 'requests_received' AND year >= 2014
ORDER BY agency, year
