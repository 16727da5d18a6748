-- From which queue to which other one are customers handed on?
SELECT
  before.queue_name AS from_queue,
  after.queue_name AS to_queue,
  count(*) AS transfers,
  round(avg(after.queue_duration), 1) AS average_wait
FROM links
JOIN contacts AS before ON before.contact_id = links.previous_contact_id
JOIN contacts AS after ON after.contact_id = links.contact_id
WHERE links.transfer_type <> 'CONSULT'
  AND before.queue_name IS NOT NULL
  AND after.queue_name IS NOT NULL
GROUP BY 1, 2
ORDER BY transfers DESC, from_queue, to_queue
LIMIT 5
