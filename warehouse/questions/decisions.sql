-- zh: 各单位每年作出多少行政许可、处罚和强制决定？
-- en: How many decisions on licences, penalties and coercion does each unit take a year?
-- read: Mark 2021: that form counts all decisions, while on the form of 2019 some units wrote the number of matters (and even a negative one) into the same cell.
SELECT agency, sector, year, form,
    MAX(CASE WHEN series = 'licensing_decisions' THEN value END) AS licensing,
    MAX(CASE WHEN series = 'penalty_decisions' THEN value END) AS penalties,
    MAX(CASE WHEN series = 'coercion_decisions' THEN value END) AS coercion,
    MAX(CASE WHEN break_before THEN 1 ELSE 0 END) AS break_before
FROM series
WHERE series IN ('licensing_decisions', 'penalty_decisions', 'coercion_decisions')
GROUP BY agency, sector, year, form
HAVING COUNT(value) > 0
ORDER BY agency, year
