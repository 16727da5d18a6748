-- Where does Amazon's contact record say otherwise than agent events, and how often?
SELECT
  attribute,
  count(*) AS contacts,
  min(agent_events_value) AS an_example
FROM disagreements
GROUP BY 1
ORDER BY contacts DESC, attribute
