SELECT date_trunc('week', published_date)::DATE AS week,
       outlet,
       sum(articles) AS articles,
       sum(originals) / sum(articles) AS own_share
FROM {{ source('news', 'daily_coverage') }}
GROUP BY ALL
