"""Faults of searching: what somebody may not read, told by a hit, a number, a weight or a file."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

SEARCHING = (
    Fault(
        "The row policy of what can be found lets everybody read",
        "commonweave/search/migrations/0002_policies.py",
        "select=MAY_READ",
        'select="true"',
        "commonweave/search/tests/test_search.py::test_queryset_equals_policy",
    ),
    Fault(
        "The query of what can be found forgets the label",
        "commonweave/search/queries.py",
        "filter(readable(viewer), gone=False)",
        "filter(gone=False)",
        "commonweave/search/tests/test_search.py::test_queryset_equals_policy",
    ),
    Fault(
        "What is for named people only is indexed",
        "commonweave/search/actions.py",
        "if thing.tlp not in INDEXED:",
        'if thing.tlp == "AMBER+STRICT":',
        "commonweave/search/tests/test_search.py::test_each_label_is_found_by_its_readers[RED-readers5-who5]",
    ),
    Fault(
        "Members' words stand in the public index",
        "commonweave/search/index.py",
        "(row.tlp == Tlp.CLEAR) == (name == PUBLIC)",
        "(name == PUBLIC or row.tlp != Tlp.CLEAR)",
        "commonweave/search/tests/test_search.py::test_the_public_index_knows_no_word_of_a_member",
    ),
    Fault(
        "The members' index counts what others hold",
        "commonweave/search/asking.py",
        """    if place.rare is not None:
        yield _only("readers", place.readers)
""",
        "",
        "commonweave/search/tests/test_finding.py::test_counts_are_of_what_the_viewer_may_read",
    ),
    Fault(
        "How rare a word is in what others hold weighs",
        "commonweave/search/queries.py",
        "Place(_reading(MEMBERS), readers, public)",
        "Place(_reading(MEMBERS), readers, _reading(MEMBERS))",
        "commonweave/search/tests/test_finding.py::test_what_others_hold_changes_no_order_and_no_weight[zebra]",
    ),
    Fault(
        "A word that only others hold is no typing error",
        "commonweave/search/asking.py",
        "if self.rare is None or not there:",
        "if True:",
        "commonweave/search/tests/test_finding.py::test_what_others_hold_changes_no_order_and_no_weight[zebrra]",
    ),
    Fault(
        "An index that is behind counts what was narrowed",
        "commonweave/search/queries.py",
        "each.place.reading.cursor < narrowed",
        "each.place.reading.cursor < 0",
        "commonweave/search/tests/test_finding.py::test_a_late_index_counts_nothing_that_was_narrowed",
    ),
    Fault(
        "How far an index goes is exchanged before what is searched in it",
        "commonweave/search/index.py",
        "if (written := self._written()) != reading.written:",
        'if (written := self._written()) != reading.written:\n            vars(reading)["cursor"] = cursor_of(self.folder)',
        "commonweave/search/tests/test_finding.py::test_a_question_counts_in_what_it_was_asked_of",
    ),
    Fault(
        "Meanings of every organisation are compared",
        "commonweave/search/index.py",
        "return {each.hex for each in (row.holder, *row.readers)}",
        "return {ANYONE}",
        "commonweave/search/tests/test_meaning.py::test_nearness_shows_nothing_its_viewer_may_not_read",
    ),
    Fault(
        "What was removed keeps its numbers on the disk",
        "commonweave/search/nearness.py",
        "os.pwrite(self.numbers.fileno(), bytes(self.row), row * self.row)",
        "pass",
        "commonweave/search/tests/test_meaning.py::test_what_was_removed_is_near_to_nothing",
    ),
    Fault(
        "What was removed keeps its words in the table",
        "commonweave/search/actions.py",
        "gone=True,\n        title=Text(),",
        "gone=True,",
        "commonweave/search/tests/test_search.py::test_what_was_removed_is_found_no_more_and_leaves_no_word",
    ),
    Fault(
        "An index is never written anew, so removed words stay in its segments",
        "commonweave/search/index.py",
        "return time.time() - built[0] >= seconds and built[1] != self.cursor",
        "return False",
        "commonweave/search/tests/test_search.py::test_a_new_index_holds_no_removed_word",
    ),
    Fault(
        "Whoever is nobody's holder writes what others are said to have",
        "commonweave/search/migrations/0002_policies.py",
        "insert=OURS",
        'insert="true"',
        "commonweave/search/tests/test_search.py::test_nobody_puts_words_into_anothers_mouth",
    ),
    Fault(
        "Two changes get their numbers in one order and are committed in the other",
        "commonweave/search/migrations/0002_policies.py",
        "perform pg_advisory_xact_lock(hashtext('search_document'));",
        "",
        "commonweave/search/tests/test_search.py::test_changes_are_committed_in_the_order_of_their_numbers",
    ),
)
