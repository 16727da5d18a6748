"""Which fields of a contact record may be kept, and which names are refused."""

import pytest

from contacts.facts.kept_fields import KeptFields


def test_nothing_is_kept_unless_named() -> None:
    assert KeptFields.parse(()) == KeptFields(frozenset(), frozenset())


def test_attributes_and_endpoints_are_named() -> None:
    kept = KeptFields.parse(("Attributes.orderId", "CustomerEndpoint", "Attributes.a.b"))

    assert kept.attributes == {"orderId", "a.b"}
    assert kept.endpoints == {"CustomerEndpoint"}


def test_tags_and_segment_attributes_are_named() -> None:
    kept = KeptFields.parse(("Tags.Dept", "Tags.aws:a.b", "SegmentAttributes.connect:Subtype"))

    assert kept.tags == {"Dept", "aws:a.b"}
    assert kept.segment_attributes == {"connect:Subtype"}
    assert not kept.attributes


@pytest.mark.parametrize(
    "name",
    [
        "Tags",
        "Tags.",
        "SegmentAttributes",
        "segmentAttributes.a",
        "Attributes",
        "Attributes.",
        "attributes.orderId",
        "CustomerId",
        "Agent",
        "",
        " ",
    ],
)
def test_other_name_is_refused_with_what_is_accepted(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be kept") as caught:
        KeptFields.parse(("CustomerEndpoint", name))

    assert str(caught.value) == (
        f"'{name}' cannot be kept of a contact record; what can is "
        "Attributes.<name>, Tags.<name>, SegmentAttributes.<name>, "
        "CustomerEndpoint, SystemEndpoint, TransferredToEndpoint"
    )
