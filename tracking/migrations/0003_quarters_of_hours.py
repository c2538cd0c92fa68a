from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0002_click_partitions")]

    operations = [
        migrations.AddField("hourlystats", "quarter", models.PositiveSmallIntegerField(default=0)),
    ]
