-- Who let it ring, and at which hour?
SELECT username, extract(HOUR FROM offered_timestamp) AS hour, count(*) AS missed
FROM attempts
WHERE outcome = 'MISSED'
GROUP BY 1, 2
ORDER BY missed DESC, username, hour
LIMIT 5
