-- zh: 2024年前后，行政复议和诉讼纠正了多少，直接起诉有多少？
-- en: How much was corrected in reconsideration and litigation, and how many suits went to court directly, around 2024?
-- read: Cases decided, without those pending. From 2024 the revised law on reconsideration sends most disputes there first: reconsideration rises and direct suits fall for legal reasons. A share is corrected cases of decided ones.
SELECT year,
    SUM(CASE WHEN series = 'review_decided' THEN value END) AS reviews,
    SUM(CASE WHEN series = 'review_corrected' THEN value END) AS reviews_corrected,
    ROUND(1.0 * SUM(CASE WHEN series = 'review_corrected' THEN value END)
        / NULLIF(SUM(CASE WHEN series = 'review_decided' THEN value END), 0), 4) AS share_of_reviews,
    SUM(CASE WHEN series = 'litigation_decided' THEN value END) AS suits,
    SUM(CASE WHEN series = 'litigation_corrected' THEN value END) AS suits_corrected,
    ROUND(1.0 * SUM(CASE WHEN series = 'litigation_corrected' THEN value END)
        / NULLIF(SUM(CASE WHEN series = 'litigation_decided' THEN value END), 0), 4) AS share_of_suits,
    SUM(CASE WHEN series = 'litigation_direct' THEN value END) AS direct_suits
FROM series
WHERE series IN (
    'review_decided', 'review_corrected', 'litigation_decided', 'litigation_corrected', 'litigation_direct'
)
GROUP BY year
ORDER BY year
