-- How long do customers wait before they give up?
SELECT
  queue_name,
  count(*) AS abandoned,
  min(queue_duration) AS shortest,
  approx_percentile(queue_duration, 0.5) AS half_within,
  max(queue_duration) AS longest
FROM contacts
WHERE status = 'ABANDONED' AND queue_name IS NOT NULL
GROUP BY 1
ORDER BY abandoned DESC, queue_name
LIMIT 5
