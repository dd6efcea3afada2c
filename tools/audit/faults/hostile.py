"""Planted faults of what attackers looked for: files, mails and forms that were made to harm, and rows that say too much."""

from __future__ import annotations

from tools.audit.faults.fault import Fault

WALL = "commonweave/reports/tests/test_second_wall.py"

HOSTILE = (
    Fault(
        "A package is unpacked in ways that grow without limit",
        "commonweave/files/cleaning/zips.py",
        "if info.compress_type not in PACKED:",
        "if False:",
        "commonweave/files/tests/test_hostile_files.py::test_is_refused_with_what_to_do_instead[bzip2 bomb]",
    ),
    Fault(
        "A package's list of parts is read before it is counted",
        "commonweave/files/cleaning/zips.py",
        "if data.count(ENTRY) > MOST_PARTS:",
        "if False:",
        "commonweave/files/tests/test_hostile_files.py::test_is_refused_with_what_to_do_instead[list of parts]",
    ),
    Fault(
        "An address that nothing can be sent to stops all mail",
        "commonweave/delivery/server.py",
        "    except Exception as error:  # noqa: BLE001",
        "    except KeyError as error:  # noqa: BLE001",
        "commonweave/delivery/tests/test_sending.py::test_an_address_that_nothing_can_be_sent_to_stops_no_other_mail",
    ),
    Fault(
        "A message that cannot be read keeps the next from being read",
        "commonweave/delivery/rfc3464.py",
        "    except Exception:  # noqa: BLE001",
        "    except KeyError:  # noqa: BLE001",
        "commonweave/delivery/tests/test_rfc3464.py::test_a_message_that_was_made_to_harm_is_nothing_to_us[mails in mails]",
    ),
    Fault(
        "A receipt's unfinished uploads are counted only at their first part",
        "commonweave/files/arriving.py",
        "        if not self.folder.exists():\n",
        "        if place == 0:\n",
        "commonweave/site/tests/test_files_pages.py::test_unfinished_uploads_of_one_receipt_are_few[1]",
    ),
    Fault(
        "Files are cleaned for one receipt without end",
        "commonweave/reports/views/files.py",
        '            knock(request, "file", whose)\n',
        "",
        "commonweave/site/tests/test_files_pages.py::test_only_so_many_files_are_cleaned_for_one_receipt_and_one_network[file]",
    ),
    Fault(
        "A form that somebody prepared chooses the receipt",
        "commonweave/reports/views/steps.py",
        'request.POST.get("number", "") if sent_by_our_page(request) else ""',
        'request.POST.get("number", "")',
        "commonweave/reports/tests/test_strangers_forms.py::test_a_prepared_form_does_not_choose_the_receipt[headers0-False]",
    ),
    Fault(
        "One member writes down reports without end",
        "commonweave/reports/views/steps.py",
        'knock(request, "assist", str(request.viewer.person)) if draft.helped',
        "0 if draft.helped",
        "commonweave/site/tests/test_assist.py::test_one_member_writes_down_only_so_many",
    ),
    Fault(
        "One administrator of any organisation makes a program that collects reports",
        "commonweave/people/actions/credentials.py",
        "    if Right.SUBMIT in rights:\n",
        "    if False:\n",
        "commonweave/people/tests/test_credentials.py::test_one_administrator_alone_collects_nothing[ministry]",
    ),
    Fault(
        "A person is asked for more consent until they are tired",
        "commonweave/reports/rules.py",
        "    if noes >= MOST_NOES:\n",
        "    if False:\n",
        "commonweave/reports/tests/test_asking.py::test_nobody_is_asked_until_they_are_tired",
    ),
    Fault(
        "The pages' role writes reports of other days",
        "commonweave/reports/migrations/0018_what_is_new.py",
        " and abs(received_on - current_date) <= 1",
        "",
        f"{WALL}::test_a_report_is_new_when_it_comes[more0]",
    ),
    Fault(
        "A team writes a resident's steps into the trail",
        "commonweave/reports/migrations/0019_files_of_an_answer.py",
        "({TEAMS} and verb in ({THEIRS}))",
        "({TEAMS})",
        f"{WALL}::test_each_writes_only_their_own_steps[member-said0]",
    ),
    Fault(
        "A team hands over what another holds",
        "commonweave/reports/migrations/0018_what_is_new.py",
        "if not exists (select from reports_report",
        "if false and not exists (select from reports_report",
        f"{WALL}::test_only_what_one_holds_is_handed_over",
    ),
    Fault(
        "A team writes that the person took it back",
        "commonweave/referral/migrations/0007_what_is_new.py",
        " and (state <> 'withdrawn' or {MY_RECEIPT} is not null)",
        "",
        f"{WALL}::test_no_team_writes_that_a_resident_took_something_back",
    ),
    Fault(
        "The pages' role writes the journal of another day",
        "commonweave/base/migrations/0006_written_today.py",
        'with check ((({NOBODY}) or {OWN}) and abs("on" - current_date) <= 1)',
        "with check (({NOBODY}) or {OWN})",
        f"{WALL}::test_the_pages_write_the_journal_of_today",
    ),
)
