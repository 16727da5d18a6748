-- How long were agents in each status, and for how much of it were events missing?
SELECT
  status_name,
  count(DISTINCT agent_id) AS agents,
  count(*) AS times,
  sum(duration) AS seconds,
  max(duration) AS longest,
  sum(CASE WHEN end_timestamp IS NOT NULL AND duration IS NULL THEN 1 ELSE 0 END) AS unknown
FROM agent_status
GROUP BY 1
ORDER BY seconds DESC
