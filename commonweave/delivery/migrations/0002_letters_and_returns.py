"""Letters to residents in one seal, codes of what came back, and a member's own view of what did not reach them."""

from django.db import migrations, models

from commonweave.base.rls import ADMINISTRATOR, ME, WEB

SHOWN = f"({ADMINISTRATOR} and state in ('failed', 'kept')) or (person = {ME} and state = 'failed')"
BEFORE = f"{ADMINISTRATOR} and state in ('failed', 'kept')"
POLICY = """
drop policy web_select on delivery_mail;
create policy web_select on delivery_mail for select to {web} using ({condition});
"""


class Migration(migrations.Migration):

    dependencies = [('delivery', '0001_moved'), ('base', '0002_policies'), ('people', '0009_key_policies')]

    operations = [
        migrations.AlterField(model_name='mail', name='to', field=models.EmailField(blank=True, max_length=254)),
        migrations.AlterField(model_name='mail', name='subject', field=models.CharField(blank=True, max_length=200)),
        migrations.AddField(model_name='mail', name='letter', field=models.BinaryField(null=True)),
        migrations.AddField(model_name='mail', name='person', field=models.UUIDField(null=True)),
        migrations.AddField(model_name='mail', name='status', field=models.CharField(blank=True, default='', max_length=12), preserve_default=False),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['person'], name='mail_failed_person'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(('letter__isnull', True), models.Q(('body', b''), ('state', 'queued'), ('subject', ''), ('to', '')), _connector='OR'), name='mail_letter_tells_nobody'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'queued'), _negated=True), ('letter__isnull', False), models.Q(('to', ''), _negated=True), _connector='OR'), name='mail_has_somebody'),
        ),
        migrations.RunSQL(POLICY.format(web=WEB, condition=SHOWN), POLICY.format(web=WEB, condition=BEFORE)),
    ]
