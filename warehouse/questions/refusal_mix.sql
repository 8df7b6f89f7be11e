-- zh: 2019年以后不予公开的理由各占多少？
-- en: On which grounds is disclosure refused since 2019, and how do they share?
-- read: share is that of a ground in all refusals of the year, over all agencies; the eight grounds are the same on both forms since 2019. Four of them did not exist before, so the mix begins in 2019. Blanks count nothing.
SELECT year, indicator, label_zh, label_en, SUM(value) AS refusals,
    ROUND(1.0 * SUM(value) / NULLIF(SUM(SUM(value)) OVER (PARTITION BY year), 0), 4) AS share
FROM panel
WHERE indicator IN (
    'request.outcome.denied.state_secret', 'request.outcome.denied.law_prohibits',
    'request.outcome.denied.security_stability', 'request.outcome.denied.third_party',
    'request.outcome.denied.internal_affairs', 'request.outcome.denied.deliberative',
    'request.outcome.denied.enforcement_file', 'request.outcome.denied.admin_query'
) AND form IN ('2019', '2021')
GROUP BY year, indicator, label_zh, label_en
HAVING SUM(value) IS NOT NULL
ORDER BY year, refusals DESC, indicator
