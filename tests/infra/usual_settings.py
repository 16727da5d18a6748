"""Values of settings that tests of the stacks deploy with."""

KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
INSTANCE = "arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
EXISTING_STREAM = "arn:aws:kinesis:eu-central-1:111122223333:stream/agent-events"
EXISTING_RECORDS = "arn:aws:kinesis:eu-central-1:111122223333:stream/contact-records"
ISSUER = "https://login.example.com/realms/contact-centre"
TOPIC = "arn:aws:sns:eu-central-1:111122223333:contact-centre-alarms"
