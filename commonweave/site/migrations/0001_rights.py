"""Rights on the tables that libraries bring. None of them holds anything about a resident."""

from django.db import migrations

from commonweave.base.rls import EVERYTHING, WORKER, grant

SIGN_IN = (
    "django_session",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
)
PUBLIC = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions", "django_migrations")
JOBS = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")


class Migration(migrations.Migration):
    """The web server reads credentials and sessions; only the worker touches jobs."""

    dependencies = [
        ("people", "0002_policies"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        *(grant(table, web=EVERYTHING) for table in SIGN_IN),
        *(grant(table, worker="select") for table in PUBLIC),
        *(grant(table, web="") for table in JOBS),
        migrations.RunSQL(f"grant usage on all sequences in schema public to {WORKER}", migrations.RunSQL.noop),
    ]
