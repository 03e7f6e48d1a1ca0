"""The reasons of a line's price as codes and figures, in place of a French sentence.

The sentences that are there are read back; one that nobody recognises is kept as it was written.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T12:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "reasons of a line's price"

# The old code writes its sentence on until it is gone; the new one writes reasons alone.
COLUMNS = """
    ALTER TABLE dossier_lines ADD COLUMN reasons jsonb NOT NULL DEFAULT '[]';
    ALTER TABLE dossier_lines ALTER COLUMN explanation SET DEFAULT '';
"""

# Amounts were written with two decimals, spaces of several kinds and the sign.
READ = """
    CREATE FUNCTION pg_temp.price_of(written text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
        SELECT jsonb_build_object('minor', regexp_replace(written, '[^0-9-]', '', 'g')::bigint, 'currency', 'EUR')
    $$;
    CREATE FUNCTION pg_temp.unit_of(written text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE written WHEN 'par personne' THEN 'person' WHEN 'par nuit' THEN 'night'
            WHEN 'par personne et par nuit' THEN 'person_night' WHEN 'par groupe' THEN 'group'
            WHEN 'de l''heure' THEN 'hour' ELSE 'piece' END
    $$;
    CREATE FUNCTION pg_temp.basis_points_of(written text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
        SELECT round(replace(written, ',', '.')::numeric * 100)::int
    $$;
    CREATE FUNCTION pg_temp.reasons_of(said text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
        found text[];
        exempt text;
        made jsonb := '[]';
    BEGIN
        found := regexp_match(said, '^prix fixé par (.*?) \\((.*)\\)$');
        IF found IS NOT NULL THEN
            RETURN jsonb_build_array(jsonb_build_object('code', 'typed_price', 'name', found[1]))
                || pg_temp.reasons_of(found[2]);
        END IF;
        found := regexp_match(said, '^prix libre, fixé par (.*)$');
        IF found IS NOT NULL THEN
            RETURN jsonb_build_array(jsonb_build_object('code', 'free_price', 'name', found[1]));
        END IF;
        found := regexp_match(said, '^(.*), 1 gratuit pour ([0-9]+)$');
        IF found IS NOT NULL THEN
            RETURN pg_temp.reasons_of(found[1])
                || jsonb_build_array(jsonb_build_object('code', 'free_places', 'number', found[2]::int));
        END IF;
        found := regexp_match(said, '^(.*), remise du client ([0-9,]+) %$');
        IF found IS NOT NULL THEN
            RETURN pg_temp.reasons_of(found[1]) || jsonb_build_array(
                jsonb_build_object('code', 'client_discount', 'number', pg_temp.basis_points_of(found[2])));
        END IF;
        found := regexp_match(said, '^(.*?), remise fixée par (.*), ([0-9,]+) %$');
        IF found IS NOT NULL THEN
            RETURN pg_temp.reasons_of(found[1]) || jsonb_build_array(jsonb_build_object(
                'code', 'typed_discount', 'name', found[2], 'number', pg_temp.basis_points_of(found[3])));
        END IF;
        found := regexp_match(said, '^tarif du catalogue, (-?[0-9][^€]*€) (.*)$');
        IF found IS NOT NULL THEN
            RETURN jsonb_build_array(jsonb_build_object(
                'code', 'catalogue_rate', 'price', pg_temp.price_of(found[1]), 'unit', pg_temp.unit_of(found[2])));
        END IF;
        found := regexp_match(said,
            '^tarif du client « (.*) », (-?[0-9][^€]*€) (.*) : il passe avant tous les autres$');
        IF found IS NOT NULL THEN
            RETURN jsonb_build_array(jsonb_build_object('code', 'client_rate', 'name', found[1],
                'price', pg_temp.price_of(found[2]), 'unit', pg_temp.unit_of(found[3])));
        END IF;
        found := regexp_match(said, '^(.*?) : (-?[0-9][^€]*€) par personne et par nuit(; .*)?$');
        IF found IS NOT NULL THEN
            made := jsonb_build_array(jsonb_build_object(
                'code', 'tourist_tax', 'name', found[1], 'price', pg_temp.price_of(found[2])));
            FOREACH exempt IN ARRAY coalesce(string_to_array(substr(found[3], 3), '; '), '{}') LOOP
                found := regexp_match(exempt, '^([0-9]+) nuitées exonérées \\((.*)\\)$');
                made := made || CASE WHEN found IS NULL
                    THEN jsonb_build_object('code', 'written', 'name', exempt)
                    ELSE jsonb_build_object('code', 'tax_exempt', 'number', found[1]::int, 'name', CASE found[2]
                        WHEN 'mineurs' THEN 'minor' WHEN 'hébergement d''urgence' THEN 'emergency_housing'
                        WHEN 'saisonniers employés dans la commune' THEN 'seasonal_worker'
                        WHEN 'loyer sous le seuil de la commune' THEN 'low_rent' ELSE found[2] END) END;
            END LOOP;
            RETURN made;
        END IF;
        found := regexp_match(said, '^sur (-?[0-9][^€]*€)$');
        IF found IS NOT NULL THEN
            RETURN jsonb_build_array(jsonb_build_object('code', 'additional_tax', 'price', pg_temp.price_of(found[1])));
        END IF;
        RETURN jsonb_build_array(jsonb_build_object('code', 'written', 'name', said));
    END $$
"""

# The owner too is kept from a tenant's rows unless it says so.
FILLED = """
    ALTER TABLE dossier_lines NO FORCE ROW LEVEL SECURITY;
    UPDATE dossier_lines SET reasons = pg_temp.reasons_of(explanation) WHERE explanation <> '';
    ALTER TABLE dossier_lines FORCE ROW LEVEL SECURITY;
"""

DROPPED = """
    DROP FUNCTION pg_temp.reasons_of(text);
    DROP FUNCTION pg_temp.basis_points_of(text);
    DROP FUNCTION pg_temp.unit_of(text);
    DROP FUNCTION pg_temp.price_of(text);
"""


async def forwards() -> MigrationManager:
    """Keep reasons, and read the sentences back into them."""
    return steps(ID, app="billing", description=DESCRIPTION, sql=[COLUMNS, READ, FILLED, DROPPED])
