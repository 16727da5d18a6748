"""Links chains from here, just as the function contact_chains does."""

from collections.abc import Iterable
from concurrent.futures import Executor

from contact_chains.linking import ChainLinker, ChainsTable, Linked
from operations.errors import NotDoneError
from operations.messages import counted, say


def link_chains(table: ChainsTable, chain_ids: Iterable[str], executor: Executor) -> Linked:
    """Bring the links of each chain up to date; says what has no room for them.

    Raises NotDoneError.
    """
    linked = ChainLinker(table, executor).link(dict.fromkeys(chain_ids))
    if linked.failures:
        chain_id, reason = next(iter(linked.failures.items()))
        message = f"{len(linked.failures)} chains could not be linked. {chain_id}: {reason}"
        raise NotDoneError(message)
    if linked.full:
        say(f"{counted(linked.full, 'leg')} without room for links: 400 KB is an item's limit.")
    return linked
