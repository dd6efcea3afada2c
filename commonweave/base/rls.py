"""Row policies as migration operations: the second wall behind every queryset.

Who is the system is a database role: the worker may see every row, the web server only what a policy says.
"""

from __future__ import annotations

from django.db import migrations

OWNER, WEB, WORKER, BACKUP = (f"commonweave_{role}" for role in ("owner", "web", "worker", "backup"))
EVERYTHING = "select, insert, update, delete"

VIEWER_FUNCTIONS = """
create function viewer_person() returns uuid stable parallel safe language sql
  as $$ select nullif(current_setting('cw.person', true), '')::uuid $$;
create function viewer_organisations() returns uuid[] stable parallel safe language sql
  as $$ select coalesce(nullif(current_setting('cw.organisations', true), ''), '{}')::uuid[] $$;
create function viewer_teams() returns uuid[] stable parallel safe language sql
  as $$ select coalesce(nullif(current_setting('cw.teams', true), ''), '{}')::uuid[] $$;
create function viewer_roles() returns text[] stable parallel safe language sql
  as $$ select coalesce(nullif(current_setting('cw.roles', true), ''), '{}')::text[] $$;
create function viewer_signed() returns boolean stable parallel safe language sql
  as $$ select coalesce(current_setting('cw.signed', true), '') = 'yes' $$;
create function viewer_receipt() returns uuid stable parallel safe language sql
  as $$ select nullif(current_setting('cw.receipt', true), '')::uuid $$;
"""
DROP_VIEWER_FUNCTIONS = "".join(
    f"drop function viewer_{name}();\n" for name in ("person", "organisations", "teams", "roles", "signed", "receipt")
)

# Fragments for policies; each reads the viewer once a statement, not once a row.
MY_ORGANISATIONS = "(select viewer_organisations())::uuid[]"
MY_TEAMS = "(select viewer_teams())::uuid[]"
ME = "(select viewer_person())"
MY_RECEIPT = "(select viewer_receipt())"
ADMINISTERED = "(select viewer_administered())::uuid[]"
ADMINISTRATOR = "'administrator' = any((select viewer_roles())::text[])"


def grant(table: str, *, web: str = "select", worker: str = EVERYTHING) -> migrations.RunSQL:
    """Give the roles their rights on a table; the backup role reads everything."""
    lines = [f'grant select on "{table}" to {BACKUP};']
    lines += [f'grant {rights} on "{table}" to {role};' for role, rights in ((WEB, web), (WORKER, worker)) if rights]
    return migrations.RunSQL("\n".join(lines), migrations.RunSQL.noop)


def protect(
    table: str,
    *,
    select: str = "",
    insert: str = "",
    update: str = "",
    update_check: str = "",
    delete: str = "",
    restrict: str = "",
    worker: str = EVERYTHING,
) -> list[migrations.RunSQL]:
    """Force row security on a table. Each condition is SQL over the row's own columns; '' means never.

    `update_check` is what the changed row must fulfil where that differs from `update`.
    `restrict` must hold besides, for every command of the web role.
    """
    lines = [f'alter table "{table}" enable row level security, force row level security;']
    lines += [f'create policy worker_all on "{table}" to {WORKER} using (true) with check (true);']
    rules = {"select": select, "insert": insert, "update": update, "delete": delete}
    for command, condition in rules.items():
        if condition:
            clause = f"with check ({condition})" if command == "insert" else f"using ({condition})"
            if command == "update" and update_check:
                clause += f" with check ({update_check})"
            lines.append(f'create policy web_{command} on "{table}" for {command} to {WEB} {clause};')
    if restrict:
        lines.append(f'create policy web_only on "{table}" as restrictive to {WEB} using ({restrict});')
    web = ", ".join(command for command, condition in rules.items() if condition)
    undo = f'alter table "{table}" no force row level security, disable row level security;'
    drops = [f'drop policy if exists {name} on "{table}";' for name in ("worker_all", "web_only")]
    drops += [f'drop policy if exists web_{command} on "{table}";' for command in rules]
    return [grant(table, web=web, worker=worker), migrations.RunSQL("\n".join(lines), "\n".join([*drops, undo]))]
