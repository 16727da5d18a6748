"""What a contact record is and how contacts are linked: pure decisions, no AWS, no clock.

Read in this order. What comes in: ``stream_record`` (tells the three kinds apart), ``agent_event``,
``contact_event``, ``amazon_contact_record``, which share ``wire``; ``wire_problems`` (what is wrong
with one that cannot be used). What it says: ``facts`` (what is known of a contact), ``event_facts``
(what an agent event asserts), ``statement`` and ``stated_facts`` (what Amazon's own sources state).
What follows: ``attempts``, ``contact_record``, ``evidence`` (which source is believed),
``contact_item`` (how that is stored), ``timeline``, ``evidence_lists``. Links: ``chain``, ``legs``,
``inviters``, ``likely_inviters``, ``transfer_types``. Lost events: ``agent_state``. For readers:
``agent_activity``, ``chain_story``, ``amazon_format``; for consumers: ``published_events``.
"""
