-- How was each queue served, by quarter of an hour?
SELECT
  interval_start_timestamp,
  queue_name,
  contacts_queued,
  contacts_abandoned,
  round(service_level_20, 1) AS service_level_20,
  round(average_queue_answer_time, 1) AS speed_of_answer
FROM contacts_by_interval
WHERE channel = 'VOICE' AND queue_name IS NOT NULL
ORDER BY contacts_queued DESC, interval_start_timestamp, queue_name
LIMIT 5
