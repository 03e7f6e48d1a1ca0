"""The index of a card's words, in the order of the list and with a sieve of the card's other words.

A search of several words reads one range of this index and leaves as soon as its page is full; before, it read each
card that one of the words is on.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from infra.schema import steps

ID = "2026-11-22T05:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "order and sieve of the kardex's words"

# What is not filled in yet is found all the same, only later: every bit is set, and the empty key comes first.
COLUMNS = """
    ALTER TABLE client_words
        ADD COLUMN sort_key text COLLATE "C" NOT NULL DEFAULT '',
        ADD COLUMN initials bigint NOT NULL DEFAULT -1,
        ADD COLUMN pairs bigint NOT NULL DEFAULT -1,
        ADD COLUMN triples bigint NOT NULL DEFAULT -1
"""

# As `tenants.clients.words.sieve` computes them. The owner too is kept from a tenant's rows unless it says so.
FILLED = """
    ALTER TABLE clients NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE client_words NO FORCE ROW LEVEL SECURITY;
    UPDATE client_words w SET sort_key = left(c.sort_key, 40), initials = s.initials, pairs = s.pairs, triples = s.triples
    FROM clients c JOIN (
        SELECT centre_id, client_id, bit_or(1::bigint << one % 37) AS initials,
            coalesce(bit_or(1::bigint << (31 * one + two) % 63) FILTER (WHERE two > 0), 0) AS pairs,
            coalesce(bit_or(1::bigint << (961 * one + 31 * two + three) % 63) FILTER (WHERE three > 0), 0) AS triples
        FROM (SELECT centre_id, client_id, ascii(word) AS one, ascii(substr(word, 2)) AS two, ascii(substr(word, 3)) AS three
              FROM client_words WHERE kind IN ('n', 't', 'r')) signs
        GROUP BY centre_id, client_id) s ON s.centre_id = c.centre_id AND s.client_id = c.id
    WHERE w.centre_id = c.centre_id AND w.client_id = c.id;
    ALTER TABLE clients FORCE ROW LEVEL SECURITY;
    ALTER TABLE client_words FORCE ROW LEVEL SECURITY;
"""

INDEX = """
    ALTER TABLE client_words DROP CONSTRAINT client_words_pkey;
    ALTER TABLE client_words ADD CONSTRAINT client_words_pkey
        PRIMARY KEY (centre_id, kind, word, sort_key, client_id) INCLUDE (initials, pairs, triples);
"""


async def forwards() -> MigrationManager:
    """Give the words their card's order and sieve."""
    return steps(ID, app="tenants", description=DESCRIPTION, sql=[COLUMNS, FILLED, INDEX])
