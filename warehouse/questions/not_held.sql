-- zh: 2021年前后，"不掌握"和"不予处理"各占办结数的多少？
-- en: What shares of the concluded requests were not held, or not processed, around 2021?
-- read: Over the agencies that give both the number concluded and any of the two; a share is of their sum. A jump in 2021 may be the form's: since then requests never corrected go to other handling.
SELECT year, COUNT(*) AS agencies,
    ROUND(1.0 * SUM(not_held) / SUM(concluded), 4) AS share_not_held,
    ROUND(1.0 * SUM(not_processed) / SUM(concluded), 4) AS share_not_processed
FROM (
    SELECT year, report_id,
        SUM(CASE WHEN series = 'not_held' THEN value END) AS not_held,
        SUM(CASE WHEN series = 'not_processed' THEN value END) AS not_processed,
        SUM(CASE WHEN series = 'requests_concluded' THEN value END) AS concluded
    FROM series
    WHERE series IN ('not_held', 'not_processed', 'requests_concluded') AND year BETWEEN 2019 AND 2023
    GROUP BY year, report_id
) AS reports
WHERE concluded > 0 AND COALESCE(not_held, not_processed) IS NOT NULL
GROUP BY year
ORDER BY year
