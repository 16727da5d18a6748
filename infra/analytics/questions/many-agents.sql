-- Which customers had to speak with more than three agents?
SELECT chain_id, legs, agents, hops, end_to_end_duration, customer_hold_duration, queue_duration
FROM chains
WHERE agents > 3
ORDER BY agents DESC, end_to_end_duration DESC, chain_id
LIMIT 5
