"""What a contact record is and how contacts are linked: pure decisions, no AWS, no clock.

Read in this order: ``agent_event`` (what Amazon Connect sends), ``facts`` (what is known of a
contact), ``event_facts`` (what an event asserts), ``attempts`` and ``contact_record`` (what follows
from the facts), ``contact_item`` (how that is stored), ``chain`` (how the records of a transferred
contact are linked), ``agent_state`` (how lost events are noticed).
"""
