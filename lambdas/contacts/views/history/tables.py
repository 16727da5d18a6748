"""The tables of history as SQL that Athena (Trino) and DuckDB take alike.

Each follows from the set of what is stored: rows that are there twice, older versions and records
that have moved to another chain never show, in whatever order they were written.
"""

from collections.abc import Iterable
from typing import Final

from contacts.views.history.columns import (
    AGENT_STATUS,
    ATTEMPTS,
    CHAINS,
    CONTACTS,
    CONTACTS_BY_INTERVAL,
    DISAGREEMENTS,
    LINKS,
    Column,
)

_NEWEST: Final = """\
SELECT * FROM (
  SELECT r.*, row_number() OVER (
    PARTITION BY ChainId, ContactId
    ORDER BY Version DESC, coalesce(ChainVersion, -1) DESC, coalesce(IdempotencyKey, '') DESC
  ) AS age
  FROM record_versions AS r
) AS versions
WHERE age = 1 AND MovedToChainId IS NULL AND Status IS NOT NULL AND Status <> 'IN_PROGRESS'"""
"""The newest version of each record, by the counters of its writes; of equal ones either."""

NEWEST_RECORDS: Final = "newest_records"


def _selected(columns: Iterable[Column], *, of: str = "") -> str:
    """The list after SELECT; ``of`` is what stands for the list of attempts."""
    return ",\n  ".join(
        f"{each.value.replace('Attempts.', of) if of else each.value} AS {each.name}"
        for each in columns
    )


_CONTACTS: Final = f"SELECT\n  {_selected(CONTACTS.columns)}\nFROM newest_records"

_ATTEMPTS: Final = f"""\
SELECT
  {_selected(ATTEMPTS.columns, of="element_at(Attempts, CAST(number AS INTEGER)).")}
FROM newest_records
CROSS JOIN UNNEST(sequence(1, cardinality(Attempts))) AS numbers(number)"""

_LINKS: Final = """\
SELECT
  r.ChainId AS chain_id,
  r.PreviousContactId AS previous_contact_id,
  r.ContactId AS contact_id,
  r.TransferType AS transfer_type,
  r.LinkEvidence AS link_evidence,
  previous.agent_id AS previous_agent_id,
  r.AgentId AS agent_id,
  previous.queue_id AS previous_queue_id,
  r.QueueId AS queue_id,
  r.StartTimestamp AS start_timestamp,
  r.ConferenceJoinedTimestamp AS conference_joined_timestamp,
  r.CustomerLeftTimestamp AS customer_left_timestamp,
  r.DialOutcome AS dial_outcome
FROM newest_records AS r
LEFT JOIN contacts AS previous
  ON previous.chain_id = r.ChainId AND previous.contact_id = r.PreviousContactId
WHERE r.PreviousContactId IS NOT NULL"""

_SECONDS: Final = "CAST(floor(date_diff('millisecond', {start}, {end}) / 1000.0) AS INTEGER)"
"""Rounded down. Athena counts whole seconds, DuckDB boundaries; of milliseconds both agree."""

_CHAINS: Final = f"""\
WITH legs AS (
  SELECT c.*,
    row_number() OVER (
      PARTITION BY chain_id
      ORDER BY CASE WHEN contact_id = chain_id THEN 0 ELSE 1 END, start_timestamp, contact_id
    ) AS from_first,
    row_number() OVER (
      PARTITION BY chain_id ORDER BY coalesce(end_timestamp, start_timestamp) DESC, contact_id
    ) AS from_last,
    row_number() OVER (
      PARTITION BY chain_id
      ORDER BY CASE WHEN agent_id IS NULL THEN 1 ELSE 0 END, connected_to_agent_timestamp,
        contact_id
    ) AS answered_from_first,
    row_number() OVER (
      PARTITION BY chain_id
      ORDER BY CASE WHEN agent_id IS NULL THEN 1 ELSE 0 END, connected_to_agent_timestamp DESC,
        contact_id
    ) AS answered_from_last
  FROM contacts AS c
), on_the_line AS (
  SELECT chain_id, count(DISTINCT agent_id) AS agents, sum(failed) AS failed_offers
  FROM (
    SELECT chain_id, agent_id, 0 AS failed FROM contacts
    UNION ALL
    SELECT chain_id,
      CASE WHEN outcome = 'HANDLED' THEN agent_id END,
      CASE WHEN outcome IN ('MISSED', 'REJECTED', 'ERROR') THEN 1 ELSE 0 END
    FROM attempts
  ) AS offers
  GROUP BY chain_id
), totals AS (
  SELECT
    chain_id,
    max(CASE WHEN from_first = 1 THEN instance_id END) AS instance_id,
    max(CASE WHEN from_first = 1 THEN channel END) AS channel,
    max(CASE WHEN from_first = 1 THEN initiation_method END) AS initiation_method,
    count(*) AS legs,
    count(DISTINCT CASE WHEN queue_id NOT LIKE 'agent/%' THEN queue_id END) AS queues,
    sum(CASE WHEN previous_contact_id IS NOT NULL AND contact_id <> chain_id
      AND coalesce(transfer_type, '') <> 'CONSULT' THEN 1 ELSE 0 END) AS hops,
    min(start_timestamp) AS start_timestamp,
    CASE WHEN count(*) = count(end_timestamp) THEN max(end_timestamp) END AS end_timestamp,
    sum(coalesce(agent_interaction_duration, 0)) AS agent_interaction_duration,
    sum(CASE WHEN status = 'COMPLETED' AND coalesce(initiation_method, '') <> 'MONITOR'
      AND agent_interaction_duration IS NULL THEN 1 ELSE 0 END) AS unknown_interactions,
    sum(coalesce(customer_hold_duration, 0)) AS customer_hold_duration,
    sum(coalesce(queue_duration, 0)) AS queue_duration,
    sum(coalesce(after_contact_work_duration, 0)) AS after_contact_work_duration,
    max(CASE WHEN from_first = 1 THEN queue_id END) AS first_queue_id,
    max(CASE WHEN answered_from_first = 1 THEN agent_id END) AS first_agent_id,
    max(CASE WHEN answered_from_last = 1 THEN agent_id END) AS last_agent_id,
    max(CASE WHEN from_last = 1 THEN contact_id END) AS last_contact_id,
    max(CASE WHEN from_last = 1 THEN disconnect_reason END) AS disconnect_reason
  FROM legs
  GROUP BY chain_id
)
SELECT
  totals.chain_id,
  instance_id,
  channel,
  initiation_method,
  CAST(legs AS INTEGER) AS legs,
  CAST(agents AS INTEGER) AS agents,
  CAST(queues AS INTEGER) AS queues,
  CAST(hops AS INTEGER) AS hops,
  CAST(failed_offers AS INTEGER) AS failed_offers,
  start_timestamp,
  end_timestamp,
  {_SECONDS.format(start="start_timestamp", end="end_timestamp")} AS end_to_end_duration,
  CAST(agent_interaction_duration AS INTEGER) AS agent_interaction_duration,
  CAST(unknown_interactions AS INTEGER) AS unknown_interactions,
  CAST(customer_hold_duration AS INTEGER) AS customer_hold_duration,
  CAST(queue_duration AS INTEGER) AS queue_duration,
  CAST(after_contact_work_duration AS INTEGER) AS after_contact_work_duration,
  first_queue_id,
  first_agent_id,
  last_agent_id,
  last_contact_id,
  disconnect_reason
FROM totals
JOIN on_the_line ON on_the_line.chain_id = totals.chain_id"""

_DISAGREEMENTS: Final = """\
SELECT
  ChainId AS chain_id,
  ContactId AS contact_id,
  lower(element_at(map_keys(stated), CAST(number AS INTEGER))) AS attribute,
  element_at(stated, element_at(map_keys(stated), CAST(number AS INTEGER))) AS agent_events_value
FROM (
  SELECT ChainId, ContactId, Disagreements AS stated FROM newest_records
  UNION ALL
  SELECT ChainId, ContactId, LinkDisagreements AS stated FROM newest_records
) AS both_kinds
CROSS JOIN UNNEST(sequence(1, cardinality(map_keys(stated)))) AS numbers(number)"""


def _status_of(snapshot: str) -> str:
    return f"""\
    {snapshot}.AgentStatus.Name AS {{name}}_name,
    {snapshot}.AgentStatus.Type AS {{name}}_type,
    CAST(from_iso8601_timestamp({snapshot}.AgentStatus.StartTimestamp) AS TIMESTAMP(3))
      AS {{name}}_start,"""


# An agent who is logged in has a heartbeat 120 s after the last event (agent-event-streams): a
# longer silence is one of lost events.
_AGENT_STATUS: Final = f"""\
WITH events AS (
  SELECT DISTINCT
    regexp_extract(AgentARN, 'instance/([^/]+)', 1) AS instance_id,
    regexp_extract(AgentARN, '/agent/(.+)$', 1) AS agent_id,
    EventType AS event_type,
    CAST(from_iso8601_timestamp(EventTimestamp) AS TIMESTAMP(3)) AS event_timestamp,
{_status_of("CurrentAgentSnapshot").format(name="current")}
{_status_of("PreviousAgentSnapshot").format(name="previous")}
    coalesce(CurrentAgentSnapshot.Configuration.Username,
      PreviousAgentSnapshot.Configuration.Username) AS username
  FROM agent_events
  WHERE AgentARN IS NOT NULL
), shown AS (
  SELECT instance_id, agent_id, event_type, event_timestamp, username, 'CURRENT' AS snapshot,
    current_name AS status_name, current_type AS status_type, current_start AS start_timestamp,
    0 AS was_left_at_once
  FROM events
  WHERE current_name IS NOT NULL AND current_start IS NOT NULL
  UNION ALL
  SELECT instance_id, agent_id, event_type, event_timestamp, username, 'PREVIOUS',
    previous_name, previous_type, previous_start,
    CASE WHEN current_start = previous_start AND current_name <> previous_name THEN 1 ELSE 0 END
  FROM events
  WHERE previous_name IS NOT NULL AND previous_start IS NOT NULL
  UNION ALL
  SELECT instance_id, agent_id, event_type, event_timestamp, username, 'NONE',
    'Offline', 'OFFLINE', event_timestamp, 0
  FROM events
  WHERE current_name IS NULL AND event_type IN ('LOGIN', 'LOGOUT')
), named AS (
  SELECT instance_id, agent_id, start_timestamp, status_name, status_type,
    row_number() OVER (
      PARTITION BY instance_id, agent_id, start_timestamp
      ORDER BY CASE WHEN min(snapshot) = 'NONE' THEN 1 ELSE 0 END, max(was_left_at_once),
        status_name, status_type
    ) AS choice
  FROM shown
  GROUP BY instance_id, agent_id, start_timestamp, status_name, status_type
), stretches AS (
  SELECT
    shown.instance_id,
    shown.agent_id,
    shown.start_timestamp,
    max(named.status_name) AS status_name,
    max(named.status_type) AS status_type,
    max(username) AS username,
    max(event_timestamp) AS last_seen_timestamp,
    min(CASE WHEN event_type = 'LOGIN' AND snapshot <> 'PREVIOUS' THEN event_timestamp END)
      AS login_timestamp,
    max(CASE WHEN event_type = 'LOGOUT' AND snapshot <> 'PREVIOUS' THEN event_timestamp END)
      AS logout_timestamp
  FROM shown
  JOIN named
    ON named.instance_id = shown.instance_id AND named.agent_id = shown.agent_id
    AND named.start_timestamp = shown.start_timestamp AND named.choice = 1
  GROUP BY shown.instance_id, shown.agent_id, shown.start_timestamp
), followed AS (
  SELECT s.*,
    max(username) OVER (PARTITION BY instance_id, agent_id) AS usual_username,
    lead(start_timestamp) OVER (PARTITION BY instance_id, agent_id ORDER BY start_timestamp)
      AS end_timestamp,
    lead(login_timestamp) OVER (PARTITION BY instance_id, agent_id ORDER BY start_timestamp)
      AS next_login_timestamp
  FROM stretches AS s
), changes AS (
  SELECT DISTINCT instance_id, agent_id, previous_start,
    CASE WHEN current_name IS NULL AND event_type = 'LOGOUT' THEN event_timestamp
      ELSE current_start END AS next_start
  FROM events
  WHERE event_type <> 'LOGIN'
), ended AS (
  SELECT f.*,
    CASE
      WHEN f.end_timestamp IS NULL THEN NULL
      WHEN stated.next_start IS NOT NULL THEN 'STATED'
      WHEN after_login.next_start IS NOT NULL
        AND date_diff('millisecond', f.last_seen_timestamp, f.end_timestamp) <= 130000
        THEN 'LOGIN'
      WHEN f.next_login_timestamp IS NOT NULL AND f.status_type = 'OFFLINE' THEN 'LOGIN'
      ELSE 'INFERRED'
    END AS end_evidence
  FROM followed AS f
  LEFT JOIN changes AS stated
    ON stated.instance_id = f.instance_id AND stated.agent_id = f.agent_id
    AND stated.previous_start = f.start_timestamp AND stated.next_start = f.end_timestamp
  LEFT JOIN changes AS after_login
    ON after_login.instance_id = f.instance_id AND after_login.agent_id = f.agent_id
    AND after_login.previous_start IS NULL AND after_login.next_start = f.end_timestamp
    AND f.login_timestamp IS NOT NULL
)
SELECT
  instance_id,
  agent_id,
  coalesce(username, usual_username) AS username,
  status_name,
  status_type,
  start_timestamp,
  end_timestamp,
  CASE WHEN end_evidence IN ('STATED', 'LOGIN')
    OR date_diff('millisecond', last_seen_timestamp, end_timestamp) <= 10000
    THEN {_SECONDS.format(start="start_timestamp", end="end_timestamp")} END AS duration,
  end_evidence,
  last_seen_timestamp,
  login_timestamp,
  logout_timestamp
FROM ended"""

_HANDLE_TIME: Final = (
    "c.agent_interaction_duration + coalesce(c.customer_hold_duration, 0) "
    "+ coalesce(c.agent_pause_duration, 0) + coalesce(c.after_contact_work_duration, 0)"
)

_CONTACTS_BY_INTERVAL: Final = f"""\
WITH failed AS (
  SELECT contact_id, count(*) AS offers
  FROM attempts
  WHERE outcome IN ('MISSED', 'REJECTED', 'ERROR')
  GROUP BY contact_id
)
SELECT
  CAST(date_trunc('hour', c.enqueue_timestamp)
    + INTERVAL '15' MINUTE * CAST(floor(extract(MINUTE FROM c.enqueue_timestamp) / 15.0) AS INTEGER)
    AS TIMESTAMP(3)) AS interval_start_timestamp,
  c.queue_id,
  max(c.queue_name) AS queue_name,
  c.channel,
  CAST(count(*) AS INTEGER) AS contacts_queued,
  CAST(sum(CASE WHEN c.agent_id IS NOT NULL THEN 1 ELSE 0 END) AS INTEGER) AS contacts_handled,
  CAST(sum(CASE WHEN c.status = 'ABANDONED' THEN 1 ELSE 0 END) AS INTEGER) AS contacts_abandoned,
  CAST(sum(coalesce(failed.offers, 0)) AS INTEGER) AS agent_non_response,
  CAST(sum(CASE WHEN c.agent_id IS NOT NULL AND c.queue_duration <= 20 THEN 1 ELSE 0 END)
    AS INTEGER) AS answered_in_20_seconds,
  100.0e0 * sum(CASE WHEN c.queue_duration <= 20 THEN 1 ELSE 0 END)
    / nullif(count(c.queue_duration), 0) AS service_level_20,
  avg(CASE WHEN c.agent_id IS NOT NULL THEN CAST(c.queue_duration AS DOUBLE) END)
    AS average_queue_answer_time,
  avg(CASE WHEN c.agent_id IS NOT NULL THEN CAST({_HANDLE_TIME} AS DOUBLE) END)
    AS average_handle_time
FROM contacts AS c
LEFT JOIN failed ON failed.contact_id = c.contact_id
WHERE c.enqueue_timestamp IS NOT NULL
GROUP BY 1, 2, 4"""

QUERIES: Final[dict[str, str]] = {
    NEWEST_RECORDS: _NEWEST,
    CONTACTS.name: _CONTACTS,
    ATTEMPTS.name: _ATTEMPTS,
    LINKS.name: _LINKS,
    CHAINS.name: _CHAINS,
    DISAGREEMENTS.name: _DISAGREEMENTS,
    AGENT_STATUS.name: _AGENT_STATUS,
    CONTACTS_BY_INTERVAL.name: _CONTACTS_BY_INTERVAL,
}
"""By name, each after those that it reads: the views to create, in this order."""


def create_view(name: str) -> str:
    """The statement that makes a view, for both engines."""
    return f"CREATE OR REPLACE VIEW {name} AS\n{QUERIES[name]}"
