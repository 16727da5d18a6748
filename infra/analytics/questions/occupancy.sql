-- Of the time in which agents were Available, for which share did they have a call?
WITH available AS (
  SELECT agent_id, max(username) AS username, sum(duration) AS seconds
  FROM agent_status
  WHERE status_type = 'ROUTABLE'
  GROUP BY agent_id
), busy AS (
  SELECT attempts.agent_id,
    sum(date_diff('millisecond', answered_timestamp, cleared_timestamp)) / 1000.0e0 AS seconds
  FROM attempts
  JOIN contacts ON contacts.contact_id = attempts.contact_id
  WHERE attempts.outcome = 'HANDLED' AND contacts.channel = 'VOICE'
  GROUP BY attempts.agent_id
)
SELECT
  username,
  available.seconds AS available_seconds,
  round(busy.seconds) AS busy_seconds,
  round(100 * busy.seconds / available.seconds, 1) AS occupancy_percent
FROM available
JOIN busy ON busy.agent_id = available.agent_id
WHERE available.seconds > 0
ORDER BY occupancy_percent DESC, username
LIMIT 5
