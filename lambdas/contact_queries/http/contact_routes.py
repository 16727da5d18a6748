"""The routes that read one contact: its record, and its chain."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from adapters.contact_queries_table import ContactQueriesTable
from contact_queries.documents.amazon_records import AmazonContactRecordDocument, amazon_document
from contact_queries.documents.chains import ChainDocument, chain_document
from contact_queries.documents.records import ContactRecordDocument, record_document
from contact_queries.http.descriptions import description, rule_of
from contact_queries.http.parameters import ContactIdInPath, Format
from contact_queries.http.problems import NO_ARNS, UNKNOWN_CONTACT
from contact_queries.questions.lookup import find_chain, find_contact
from contact_queries.routes import CHAIN, CONTACT


def add_contact_routes(
    app: APIGatewayHttpResolver, table: ContactQueriesTable, connect_instance_arn: str | None
) -> None:
    """``connect_instance_arn`` is what the ARNs of Amazon's shape begin with, if it is known."""

    @app.get(
        rule_of(CONTACT),
        operation_id="getContact",
        **description(
            UNKNOWN_CONTACT,
            NO_ARNS,
            route=CONTACT,
            tag="Contacts",
            summary="The record of a contact",
            answer="The record, in the shape that was asked for.",
        ),
    )
    def get_contact(
        contact_id: ContactIdInPath, shape: Format = None
    ) -> ContactRecordDocument | AmazonContactRecordDocument:
        item = find_contact(table, contact_id)
        return amazon_document(item, connect_instance_arn) if shape else record_document(item)

    @app.get(
        rule_of(CHAIN),
        operation_id="getChain",
        **description(
            UNKNOWN_CONTACT,
            route=CHAIN,
            tag="Contacts",
            summary="The whole chain of a contact, whichever of its legs that is",
            answer="All legs in the order of a tree, what each went through, and the totals.",
        ),
    )
    def get_chain(contact_id: ContactIdInPath) -> ChainDocument:
        return chain_document(contact_id, find_chain(table, contact_id))
