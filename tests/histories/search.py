"""Searches for an order of all steps of a history that the model allows (Wing and Gong, 1993)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.histories.steps import Event, State, Step


@dataclass(frozen=True, slots=True)
class _Node:
    event: Event
    step: Step
    before: int  # bit mask of the steps that must come earlier


@dataclass(slots=True)
class Furthest:
    """The longest order that was found, and what did not fit behind it."""

    order: tuple[int, ...] = ()
    state: State = field(default_factory=State)


def explain(events: Sequence[Event]) -> str:
    """Empty where an order exists; else how far the search came."""
    nodes = _nodes(events)
    furthest = Furthest()
    if _find(nodes, furthest):
        return ""
    placed = [str(nodes[each].event) for each in furthest.order]
    left = [str(node.event) for each, node in enumerate(nodes) if each not in furthest.order]
    then = [f"there is then {furthest.state}", "and no place for:"]
    return "\n".join(["in this order:", *dict.fromkeys(placed), *then, *dict.fromkeys(left)])


def _find(nodes: Sequence[_Node], furthest: Furthest) -> bool:
    """Depth first; what was tried from the same steps and state is not tried again."""
    all_done = (1 << len(nodes)) - 1
    tried: set[tuple[int, State]] = set()
    pending: list[tuple[int, State, tuple[int, ...]]] = [(0, State(), ())]
    while pending:
        done, state, order = pending.pop()
        if done == all_done:
            return True
        if (done, state) in tried:
            continue
        tried.add((done, state))
        if len(order) > len(furthest.order):
            furthest.order, furthest.state = order, state
        for number, node in enumerate(nodes):
            if not done >> number & 1 and node.before & ~done == 0:
                then = (*order, number)
                pending += [(done | 1 << number, after, then) for after in node.step.after(state)]
    return False


def _nodes(events: Sequence[Event]) -> list[_Node]:
    nodes: list[_Node] = []
    bits: dict[int, int] = {}  # of the steps of each event
    for index, event in enumerate(events):
        earlier = sum(bits[each] for each in range(index) if events[each].ended < event.began)
        bits[index] = 0
        for chain in event.chains:
            before = earlier
            for step in chain:
                bit = 1 << len(nodes)
                nodes.append(_Node(event, step, before))
                before |= bit
                bits[index] |= bit
    return nodes
