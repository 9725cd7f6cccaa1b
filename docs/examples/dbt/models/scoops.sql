SELECT story_id, first_outlet, title, first_published_at, outlets
FROM {{ source('news', 'stories') }}
WHERE outlets > 1
