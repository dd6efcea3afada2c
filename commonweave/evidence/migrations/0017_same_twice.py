from django.db import migrations, models

from commonweave.base.rls import WEB


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0016_wishes'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='content_hash',
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(fields=('holder', 'content_hash'), name='proposal_content'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'waiting'), ('content_hash__isnull', True), _connector='OR'), name='proposal_decided_is_no_copy'),
        ),
        migrations.RunSQL(f"grant update (content_hash) on evidence_proposal to {WEB};", migrations.RunSQL.noop),
    ]
