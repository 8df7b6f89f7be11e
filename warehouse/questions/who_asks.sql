-- zh: 谁在申请？
-- en: Who asks?
-- read: Requests received since 2019 by type of applicant, over all agencies; share is of those whose applicant is told, and not of the printed totals, which some agencies leave blank.
SELECT year, applicant, applicant_zh, applicant_en, SUM(value) AS requests,
    ROUND(1.0 * SUM(value) / NULLIF(SUM(SUM(value)) OVER (PARTITION BY year), 0), 4) AS share
FROM observations
WHERE indicator = 'request.received' AND applicant <> 'total' AND form IN ('2019', '2021')
GROUP BY year, applicant, applicant_zh, applicant_en
HAVING SUM(value) IS NOT NULL
ORDER BY year, requests DESC, applicant
