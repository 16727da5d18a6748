-- Which customers came again? With keptContactRecordFields=CustomerEndpoint.
SELECT
  customer_endpoint_address AS customer,
  count(*) AS chains,
  sum(CASE WHEN status = 'ABANDONED' THEN 1 ELSE 0 END) AS abandoned,
  min(start_timestamp) AS first_time,
  max(start_timestamp) AS last_time
FROM contacts
WHERE contact_id = chain_id AND customer_endpoint_address IS NOT NULL
GROUP BY 1
HAVING count(*) > 1
ORDER BY chains DESC, customer
LIMIT 5
