-- What came of callbacks and of calls to outside parties?
SELECT initiation_method, dial_outcome, count(*) AS contacts
FROM contacts
WHERE dial_outcome IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, contacts DESC, 2
