"""What a contact record is and how contacts are linked: pure decisions, no AWS, no clock.

Six folders, in the order in which a record is made; each imports only those above it:

1. ``incoming``: what Amazon Connect sends: agent events, contact events, contact records.
2. ``facts``: what an event or a record says of a contact, and how that is joined with what is
   known (the fold). Begin here, with ``contact_facts``.
3. ``record``: what follows for one contact: attempts, durations, status; which source is believed.
4. ``chain``: who invited whom, and how the customer was handed on.
5. ``item``: how a record is stored in DynamoDB.
6. ``views``: what readers and consumers see: activity, stories, Amazon's format, published events.

Beside them ``states`` and ``timestamps``, which all of them use.
"""
