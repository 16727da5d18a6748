-- What does a missed offer cost the customer who waits?
SELECT
  CASE WHEN missed > 1 THEN '2 or more' ELSE CAST(missed AS varchar) END AS missed_offers,
  count(*) AS contacts,
  round(avg(queue_duration), 1) AS average_wait
FROM (
  SELECT c.contact_id, c.queue_duration,
    sum(CASE WHEN a.outcome = 'MISSED' THEN 1 ELSE 0 END) AS missed
  FROM contacts AS c
  JOIN attempts AS a ON a.contact_id = c.contact_id
  WHERE c.status = 'COMPLETED' AND c.queue_duration IS NOT NULL
  GROUP BY c.contact_id, c.queue_duration
) AS waits
GROUP BY 1
ORDER BY 1
