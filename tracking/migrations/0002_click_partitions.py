from django.db import migrations

TABLE = """
CREATE TABLE tracking_click (
    id uuid NOT NULL, network_id bigint NOT NULL, clicked_at timestamptz NOT NULL,
    link_id bigint NOT NULL, offer_id bigint NOT NULL, landing_id bigint,
    affiliate_id bigint NOT NULL, advertiser_id bigint NOT NULL,
    address inet, country text NOT NULL, device text NOT NULL, system text NOT NULL, browser text NOT NULL,
    language text NOT NULL, referrer_host text NOT NULL, user_agent text NOT NULL,
    sub1 text NOT NULL, sub2 text NOT NULL, sub3 text NOT NULL, sub4 text NOT NULL, sub5 text NOT NULL,
    sub6 text NOT NULL, sub7 text NOT NULL, sub8 text NOT NULL, sub9 text NOT NULL, sub10 text NOT NULL,
    external_click_id text NOT NULL, source text NOT NULL, cost text NOT NULL, deep_link text NOT NULL,
    is_unique boolean NOT NULL, flags text[] NOT NULL, reason text NOT NULL, config_version bigint NOT NULL,
    CONSTRAINT tracking_click_pkey PRIMARY KEY (id, clicked_at)
) PARTITION BY RANGE (clicked_at);
CREATE INDEX tracking_click_of_network ON tracking_click (network_id, clicked_at);
CREATE INDEX tracking_click_of_affiliate ON tracking_click (network_id, affiliate_id, clicked_at);
"""

# The owner's rights for the one thing the application needs them for: a day's partition (days are UTC).
FUNCTION = """
CREATE FUNCTION cpanet_ensure_click_partitions(first_day date, last_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d date;
    made integer := 0;
BEGIN
    IF last_day - first_day > 800 THEN
        RAISE EXCEPTION 'at most 800 days at once';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('cpanet_ensure_click_partitions'));
    FOR d IN SELECT generate_series(first_day, last_day, interval '1 day')::date LOOP
        IF to_regclass(format('public.tracking_click_%s', to_char(d, 'YYYYMMDD'))) IS NULL THEN
            EXECUTE format('CREATE TABLE tracking_click_%s PARTITION OF tracking_click FOR VALUES FROM (%L) TO (%L)',
                to_char(d, 'YYYYMMDD'), d::timestamp AT TIME ZONE 'UTC', (d + 1)::timestamp AT TIME ZONE 'UTC');
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
"""

# The owner's rights for the one thing the application needs them for. Younger days are never put away by mistake. The
# clicks of a day that come after it was put away (in a new partition) are put with the others.
PUT_AWAY = """
CREATE SCHEMA IF NOT EXISTS cpanet_archive;
CREATE FUNCTION cpanet_put_click_partition_away(gone date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    name text := format('tracking_click_%s', to_char(gone, 'YYYYMMDD'));
BEGIN
    IF gone > current_date - 60 THEN
        RAISE EXCEPTION 'the clicks of % are too young to be put away', gone;
    END IF;
    EXECUTE format('ALTER TABLE public.tracking_click DETACH PARTITION public.%I', name);
    IF to_regclass(format('cpanet_archive.%I', name)) IS NULL THEN
        EXECUTE format('ALTER TABLE public.%I SET SCHEMA cpanet_archive', name);
    ELSE
        EXECUTE format('INSERT INTO cpanet_archive.%I SELECT * FROM public.%I', name, name);
        EXECUTE format('DROP TABLE public.%I', name);
    END IF;
    INSERT INTO tracking_putawayday (day) VALUES (gone) ON CONFLICT DO NOTHING;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0001_release_0_1")]

    operations = [
        migrations.RunSQL(TABLE, reverse_sql="DROP TABLE tracking_click"),
        migrations.RunSQL(FUNCTION, reverse_sql="DROP FUNCTION cpanet_ensure_click_partitions(date, date)"),
        migrations.RunSQL(PUT_AWAY, reverse_sql="DROP FUNCTION cpanet_put_click_partition_away(date)"),
    ]
