-- Which share of their conversations do agents put on hold, and how often do they ask a colleague?
SELECT
  c.username,
  count(*) AS handled,
  round(100.0e0 * sum(c.customer_hold_duration)
    / nullif(sum(c.customer_hold_duration + c.agent_interaction_duration), 0), 1) AS hold_percent,
  round(100.0e0 * sum(CASE WHEN asked.contact_id IS NOT NULL THEN 1 ELSE 0 END) / count(*), 1)
    AS consult_percent
FROM contacts AS c
LEFT JOIN (
  SELECT DISTINCT previous_contact_id AS contact_id FROM links WHERE transfer_type = 'CONSULT'
) AS asked ON asked.contact_id = c.contact_id
WHERE c.channel = 'VOICE' AND c.agent_interaction_duration IS NOT NULL
GROUP BY 1
ORDER BY hold_percent DESC, c.username
LIMIT 5
