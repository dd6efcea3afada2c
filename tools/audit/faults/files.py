"""Planted faults of files (ADR 25)."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

FILES = (
    Fault(
        "The row policy of files lets everybody read",
        "commonweave/files/migrations/0002_policies.py",
        'select=f"{TEAMS} or {MINE}"',
        'select="true"',
        "commonweave/reports/tests/test_files.py::test_queryset_equals_policy",
    ),
    Fault(
        "`files_for` returns all files",
        "commonweave/files/queries.py",
        "return File.objects.filter(own | Q(team__in=viewer.teams))",
        "return File.objects.all()",
        "commonweave/reports/tests/test_files.py::test_queryset_equals_policy",
    ),
    Fault(
        "The trigger that keeps for whom a file is sealed is missing",
        "commonweave/files/migrations/0002_policies.py",
        "for each row when (current_user = '{WEB}')",
        "for each row when (false)",
        "commonweave/reports/tests/test_files.py::test_nobody_exchanges_what_was_sealed",
    ),
    Fault(
        "Pieces of a file are not bound to their place",
        "commonweave/files/sealing.py",
        "return ROOM + file.bytes + place.to_bytes(4) + bytes([last])",
        "return ROOM + file.bytes + bytes([last])",
        "commonweave/files/tests/test_sealing.py::test_no_piece_is_left_out_added_moved_or_changed",
    ),
    Fault(
        "Parts on their way lie in clear",
        "commonweave/files/arriving.py",
        "store.keep(self.folder / str(place), [sealed], len(sealed))",
        "store.keep(self.folder / str(place), [data], len(data))",
        "commonweave/reports/tests/test_files.py::test_nothing_of_a_file_lies_in_clear",
    ),
    Fault(
        "The hash of the whole file is not compared",
        "commonweave/files/arriving.py",
        "if hashlib.sha256(data).hexdigest() != self.sha256:",
        "if False:",
        "commonweave/site/tests/test_files_pages.py::test_parts_that_are_not_what_was_reckoned_make_no_file",
    ),
    Fault(
        "The child that cleans can open files and sockets",
        "commonweave/files/cleaning/shut.py",
        "    if can_shut():\n        _filter",
        "    if False:\n        _filter",
        "commonweave/files/tests/test_hostile_files.py::test_the_child_reaches_nothing",
    ),
    Fault(
        "A photograph keeps what its telephone wrote beside it inside a PDF",
        "commonweave/files/cleaning/pdf.py",
        "thing.write(stripped(data),",
        "thing.write(data,",
        "commonweave/files/tests/test_cleaning.py::test_nothing_that_was_planted_is_left",
    ),
    Fault(
        "An original that acts is kept",
        "commonweave/reports/actions/files.py",
        "if original and not first.active:",
        "if original:",
        "commonweave/reports/tests/test_files.py::test_original_with_acting_parts_is_not_kept",
    ),
    Fault(
        "A team reads files of a report it has not opened, unseen",
        "commonweave/reports/rules.py",
        "if holds(viewer, report) and report.state == State.ROUTED:",
        "if False:",
        "commonweave/reports/tests/test_files.py::test_team_has_to_open_the_report_first",
    ),
    Fault(
        "Withdrawing leaves the files",
        "commonweave/reports/actions/resident.py",
        "remove_files_of(viewer, queries.FILES, [report.pk])",
        "pass",
        "commonweave/reports/tests/test_files.py::test_withdrawing_removes_files",
    ),
    Fault(
        "A file is written to a temporary folder, in clear",
        "commonweave/reports/views/files.py",
        "request.upload_handlers = [InMemory(request, most, together)]",
        'request.upload_handlers = [__import__("django.core.files.uploadhandler", fromlist=["x"]).TemporaryFileUploadHandler(request)]',
        "commonweave/site/tests/test_files_pages.py::test_form_without_scripts_takes_what_it_can",
    ),
    Fault(
        "Files of an answer are read before anybody asks for the form's token, and the token never",
        "commonweave/reports/views/answer.py",
        "in_memory(csrf_protect(_answer), MOST_BYTES, MOST_TOGETHER)",
        "in_memory(_answer, MOST_BYTES, MOST_TOGETHER)",
        "commonweave/site/tests/test_files_pages.py::test_answer_without_its_token_is_refused",
    ),
    Fault(
        "A team's file stays in the folder when its answer is refused",
        "commonweave/reports/actions/files.py",
        """        kept = True
    finally:
        if not kept:
            take_back(laid)
    return report""",
        """        kept = True
    finally:
        pass
    return report""",
        "commonweave/reports/tests/test_files.py::test_answer_that_is_refused_leaves_no_file",
    ),
)
