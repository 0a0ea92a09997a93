"""How many threads decode, beside programs that come and go: a machine in seconds that nobody waits for."""

from __future__ import annotations

import pytest

from hearth.engine.crew import Crew

STEP_S = 0.02


class Machine:
    """Processors that are shared evenly, and other programs that are always busy."""

    def __init__(self, processors: float, others: float = 0.0, quota: float = 1e9) -> None:
        self.processors, self.others = processors, others
        self.quota = quota
        """Processors' worth of time that this process may have, whatever is idle."""
        self._now = self._own = self._idle = 0.0

    def now(self) -> float:
        return self._now

    def own(self) -> float:
        return self._own

    def idle(self) -> float:
        return self._idle

    def passes(self, seconds: float, threads: int = 0) -> None:
        """Time goes by, in which ``threads`` of this process compute."""
        wanted = threads + self.others
        share = min(1.0, self.processors / wanted) if wanted else 1.0
        own = min(threads * share, self.quota)
        self._now += seconds
        self._own += own * seconds
        self._idle += max(0.0, self.processors - own - self.others * share) * seconds

    def decodes(self, crew: Crew, seconds: float) -> list[int]:
        """Threads of the decodes of some time, one after the other."""
        counts = []
        for _ in range(round(seconds / STEP_S)):
            counts.append(crew.begin())
            self.passes(STEP_S, counts[-1])
            crew.end()
        return counts


@pytest.mark.parametrize("most", [1, 2, 8])
def test_all_decode_where_nothing_else_runs(most: int) -> None:
    machine = Machine(most)
    crew = Crew(most, machine)
    assert set(machine.decodes(crew, 5)) == {most}


@pytest.mark.parametrize(("most", "others", "left"), [(2, 1, 1), (2, 5, 1), (4, 1, 3), (8, 1, 7), (8, 3, 5), (1, 3, 1)])
def test_threads_give_way_to_programs_and_come_back(most: int, others: int, left: int) -> None:
    machine = Machine(most)
    crew = Crew(most, machine)
    machine.decodes(crew, 1)
    machine.others = others
    machine.decodes(crew, 2)
    assert set(machine.decodes(crew, 1)) == {left}
    machine.others = 0
    machine.decodes(crew, 2)
    assert set(machine.decodes(crew, 1)) == {most}


def test_what_ran_in_a_pause_counts_from_the_first_decode() -> None:
    machine = Machine(4)
    crew = Crew(4, machine)
    machine.decodes(crew, 1)
    machine.others = 2
    machine.passes(1)
    assert machine.decodes(crew, STEP_S) == [2]
    machine.others = 0
    machine.passes(20)
    assert machine.decodes(crew, STEP_S) == [4]


def test_what_others_do_now_and_then_costs_no_thread() -> None:
    machine = Machine(2, others=0.2)
    crew = Crew(2, machine)
    assert set(machine.decodes(crew, 5)) == {2}


def test_a_moment_on_one_processor_costs_no_thread() -> None:
    """Systems put two threads on one for some milliseconds, with the other idle."""
    machine = Machine(2)
    crew = Crew(2, machine)
    for _ in range(20):
        machine.others = 2
        assert set(machine.decodes(crew, 3 * STEP_S)) == {2}
        machine.others = 0
        assert set(machine.decodes(crew, 10 * STEP_S)) == {2}


def test_other_processors_are_theirs() -> None:
    """Two threads on sixteen processors have nothing to fear from ten programs."""
    machine = Machine(16, others=10)
    crew = Crew(2, machine)
    assert set(machine.decodes(crew, 5)) == {2}


def test_where_idle_processors_are_not_for_this_process_it_seldom_tries() -> None:
    """As in a container that may have the time of one processor of eight."""
    machine = Machine(8, quota=1)
    crew = Crew(4, machine)
    machine.decodes(crew, 60)
    counts = machine.decodes(crew, 60)
    assert sum(count > 1 for count in counts) < len(counts) / 20
    machine.quota = 8
    machine.decodes(crew, 10)
    assert set(machine.decodes(crew, 1)) == {4}


def test_threads_are_counted_only_while_decodes_follow_one_another() -> None:
    """What was lost before a pause says nothing of what is lost behind it."""
    machine = Machine(2, others=2)
    crew = Crew(2, machine)
    machine.decodes(crew, 2 * STEP_S)
    machine.others = 0
    machine.passes(0.1)
    assert set(machine.decodes(crew, 1)) == {2}
