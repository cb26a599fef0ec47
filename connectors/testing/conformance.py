"""The kit as one class: subclass it in a test module, lend it worlds, and pytest does the rest."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager

from connectors.testing import faults, needs, reads, writes
from connectors.testing.world import FaultyWorld, World

Check = Callable[[World], None]


class ContainmentConformance:
    """Every rule of `connectors.contract` that a containment can break, one test each.

    A subclass's name begins with `Test`, and it says how a fresh world is made.
    """

    def world(self) -> AbstractContextManager[World]:
        """A fresh world.

        Raises:
            NotImplementedError: the subclass did not say.

        """
        raise NotImplementedError("say how a fresh world is made")

    def check(self, one: Check) -> None:
        """Run one check in a fresh world."""
        with self.world() as world:
            one(world)

    def test_discover_and_observe_only_read(self) -> None:
        self.check(reads.only_reads)

    def test_a_reader_and_a_preserver_refuse_to_cut_and_to_restore(self) -> None:
        self.check(reads.refuses_writes)

    def test_two_reads_of_an_unchanged_world_are_equal(self) -> None:
        self.check(reads.repeats_itself)

    def test_accounts_are_found_by_exact_identifiers_only(self) -> None:
        self.check(reads.finds_exactly)

    def test_after_a_cut_nothing_stands(self) -> None:
        self.check(writes.cuts)

    def test_cutting_twice_is_harmless(self) -> None:
        self.check(writes.cuts_twice)

    def test_a_restore_gives_back_what_was_there_and_no_more(self) -> None:
        self.check(writes.restores)

    def test_nothing_of_anybody_else_changes(self) -> None:
        self.check(writes.spares_others)

    def test_the_declared_permissions_are_enough(self) -> None:
        self.check(needs.enough)

    def test_every_permission_of_discover_and_observe_is_needed(self) -> None:
        self.check(lambda world: needs.missed_by_reads(world, needs.declared(world, needs.READS)))

    def test_every_permission_of_cut_and_restore_is_needed(self) -> None:
        with self.world() as world:
            declared = needs.declared(world, needs.WRITES)
        for verb, permission in declared:
            with self.world() as world:
                needs.missed_by_write(world, verb, permission)

    def test_a_reader_without_permissions_says_so(self) -> None:
        self.check(needs.says_when_blind)

    def test_no_credential_is_told(self) -> None:
        self.check(faults.tells_no_secret)

    def test_a_lost_reply_is_ambiguous_and_a_second_cut_mends_it(self) -> None:
        self.check(_faulty(faults.owns_up_to_a_lost_reply))

    def test_a_throttle_is_told_as_one(self) -> None:
        self.check(_faulty(faults.tells_a_throttle))


def _faulty(one: Callable[[FaultyWorld], None]) -> Check:
    def check(world: World) -> None:
        if not isinstance(world, FaultyWorld):
            raise unittest.SkipTest("this world cannot misbehave: it has no drop_reply and throttle")
        one(world)

    return check
