"""Statistics through the door: sums that agree, tables to take away, nothing that points at one centre."""

import csv
import io
from datetime import date, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
from openpyxl import load_workbook

from billing.dossiers.lines import NewLine
from billing.dossiers.operations import open_dossier
from billing.money import Money
from infra.database import fetch_value, tenant_transaction
from server.contract.statistics import ExportLink, InseeReturn, NetworkStatistics, Statistics
from tenants.statistics.rules import Segment
from tenants.stays.operations import confirm_stay
from tenants.stays.presence import depart_early
from tenants.stays.rules import CountryCount, HeadCounts
from tests.factories.accounts import a_network_user
from tests.factories.centres import a_centre
from tests.factories.clients import an_organisation
from tests.factories.dossiers import TESTER
from tests.factories.stays import a_confirmed_stay, a_room, a_stay, beds_of
from tests.server.door import Door, a_door

YEAR = "first_day=2027-01-01&last_day=2027-12-31"


async def a_sold_school(centre_id: UUID, *, arrival: date, price_minor: int = 100_001) -> UUID:
    """Sell three nights to six teenagers (a third of them Belgian) and two adults, in two rooms."""
    client = await an_organisation(centre_id, client_type="school", email=f"e{arrival}@ecole.example")
    rooms = [await a_room(centre_id, beds=6), await a_room(centre_id, beds=2)]
    stay = await a_stay(
        centre_id,
        client_id=client.id,
        bed_ids=beds_of(*rooms),
        arrival=arrival,
        counts=HeadCounts(teenagers=6, adults=2),
        nationalities=(CountryCount("FR", 6), CountryCount("BE", 2)),
        residences=(CountryCount("FR", 8),),
        booking_category="groups",
        booking_type="schools",
        services=("bed_breakfast", "catering"),
    )
    line = NewLine(label="Séjour tout compris", unit_price=Money(price_minor), vat_basis_points=1000)
    await open_dossier(centre_id, stay.id, line, actor=TESTER)
    await confirm_stay(centre_id, stay.id, reason="tests", actor=TESTER)
    return stay.id


async def seen(door: Door, query: str) -> Statistics:
    return msgspec.json.decode((await door.ask("GET", f"/statistics?{query}")).content, type=Statistics)


async def test_a_year_is_counted_by_month_and_by_segment(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    await a_sold_school(door.centre.id, arrival=date(2027, 3, 30))
    await a_sold_school(door.centre.id, arrival=date(2026, 3, 30))

    table = await seen(door, f"{YEAR}&segment=booking_type")

    march, april = table.months[2], table.months[3]
    assert (table.whole.nights, table.whole.arrivals, table.whole.people, table.whole.stays) == (24, 8, 8, 1)
    assert (march.figures.nights, march.figures.people, april.figures.nights, april.figures.people) == (16, 8, 8, 8)
    assert (march.occupancy.rooms, march.occupancy.rooms_offered) == (4, 4 * 31)
    assert (march.last_year.nights, table.whole_last_year.nights) == (16, 24)
    assert [(value.code, value.label, value.figures.nights) for value in table.values] == [
        ("groups/schools", "Groupes : Scolaires", 24)
    ]
    # 1,000.01 € over 24 billed nights: 16 in March, 8 in April, to the cent.
    assert (march.figures.gross.minor, april.figures.gross.minor) == (66_667, 33_334)
    assert table.whole.gross.minor == 100_001
    assert table.whole.net.minor == 90_910


@pytest.mark.parametrize("segment", list(Segment))
async def test_every_segment_adds_up_to_the_whole(api: httpx.AsyncClient, segment: Segment) -> None:
    door = await a_door(api)
    await a_sold_school(door.centre.id, arrival=date(2027, 3, 30))
    await a_confirmed_stay(door.centre.id, arrival=date(2027, 7, 1), counts=HeadCounts(adults=3))

    table = await seen(door, f"{YEAR}&segment={segment}")

    times = 2 if segment is Segment.SERVICE else 1
    assert table.several == (segment in {Segment.SERVICE, Segment.MARKETING_CODE})
    assert sum(month.figures.nights for month in table.months) == table.whole.nights == 33
    assert sum(value.figures.nights for value in table.values) == 24 * times + 9
    assert sum(value.figures.arrivals for value in table.values) == 8 * times + 3
    assert sum(value.figures.people for value in table.values) == 8 * times + 3
    assert sum(value.figures.gross.minor for value in table.values) == 100_001 * times
    assert sum(month.figures.gross.minor for month in table.months) == table.whole.gross.minor == 100_001
    assert sum(month.figures.net.minor for month in table.months) == table.whole.net.minor


async def test_a_room_that_left_early_is_billed_and_was_not_there(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    stay_id = await a_sold_school(door.centre.id, arrival=date(2027, 3, 10))
    async with tenant_transaction(door.centre.id, read_only=True):
        room_id = await fetch_value(
            "SELECT room_id FROM bed_holds WHERE stay_id = $1 GROUP BY room_id HAVING count(*) = 2", stay_id
        )
    await depart_early(door.centre.id, stay_id, room_id, date(2027, 3, 11), actor=TESTER)

    table = await seen(door, f"{YEAR}&segment=age_band")

    assert (table.whole.nights, table.whole.billed, table.whole.gross.minor) == (20, 24, 100_001)
    assert [(value.code, value.figures.nights) for value in table.values] == [("teenagers", 18), ("adults", 2)]


async def test_one_value_has_its_own_months(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    await a_sold_school(door.centre.id, arrival=date(2027, 3, 30))

    table = await seen(door, f"{YEAR}&segment=nationality&value=BE&language=en")

    assert [(value.code, value.label) for value in table.values] == [("FR", "France"), ("BE", "Belgium")]
    assert [month.figures.nights for month in table.months[2:4]] == [4, 2]
    assert table.whole.nights == 24


async def test_stays_whose_people_nobody_said_are_named_and_not_counted(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    await a_confirmed_stay(door.centre.id, counts=HeadCounts(), expected_pax=45)

    table = await seen(door, YEAR)

    assert (table.stays_without_counts, table.whole.nights, table.values) == (1, 0, [])


async def test_days_in_the_wrong_order_are_refused(api: httpx.AsyncClient) -> None:
    door = await a_door(api)

    refused = await door.ask("GET", "/statistics?first_day=2027-02-01&last_day=2027-01-01", status=422)

    assert refused.json()["code"] == "period_invalid"


async def test_insee_counts_residence_as_said_or_as_the_card_says(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    await a_sold_school(door.centre.id, arrival=date(2027, 3, 30))
    await a_confirmed_stay(
        door.centre.id,
        client_id=(await an_organisation(door.centre.id, country="DE", email="d@x.example")).id,
        arrival=date(2027, 3, 1),
        counts=HeadCounts(adults=2),
        nights=1,
    )

    found = msgspec.json.decode(
        (await door.ask("GET", "/statistics/insee?month=2027-03-15&language=fr")).content, type=InseeReturn
    )

    assert [(one.label, one.arrivals, one.nights, one.deduced_nights) for one in found.residences] == [
        ("France", 8, 16, 0),
        ("Allemagne", 2, 2, 2),
    ]
    assert [(one.day.day, one.people, one.arrivals, one.occupancy.rooms) for one in found.days if one.people] == [
        (1, 2, 2, 0),
        (30, 8, 8, 2),
        (31, 8, 0, 2),
    ]
    assert len(found.days) == 31


async def test_a_table_is_taken_away_by_a_short_address(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    await a_sold_school(door.centre.id, arrival=date(2027, 3, 30))
    wanted = {"what": "statistics", "first_day": "2027-01-01", "last_day": "2027-12-31", "segment": "nationality"}

    files = {}
    for form in ("csv", "xlsx"):
        link = await door.ask("POST", "/statistics/exports", {**wanted, "form": form}, status=201)
        url = msgspec.json.decode(link.content, type=ExportLink).url
        assert len(url) < 60
        files[form] = await api.get(httpx.URL(url).path, follow_redirects=True)

    rows = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig")), delimiter=";"))
    book = load_workbook(io.BytesIO(files["xlsx"].content))
    assert rows[1][:3] == ["Mois", "Nuitées", "Arrivées"]
    assert rows[4][:8] == ["2027-03", "16", "8", "8", "1", "2,00", "16", "666,67"]
    assert [tuple(row[:3]) for row in rows[-3:]] == [
        ("Nationalité", "Nuitées", "Arrivées"),
        ("France", "18", "6"),
        ("Belgique", "6", "2"),
    ]
    assert book.sheetnames == ["Par mois", "Nationalité"]
    assert [cell.value for cell in book["Nationalité"][2][:3]] == ["France", 18, 6]
    history = (await door.ask("GET", f"/history/{door.centre.id}")).json()["items"]
    assert [entry["action"] for entry in history[:2]] == ["export", "export"]


async def test_only_the_wanted_clients_stays_are_counted_and_taken_away(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    mer = (await door.ask("POST", "/code-lists/local/marketing_code", {"label": "Mer", "network_code": ""}, status=201)).json()["code"]  # fmt: skip
    card = {"last_name": "L'Hostis", "town": "Quimper", "client_type": "school", "marketing_codes": [mer]}
    client_id = (await door.ask("POST", "/clients", card, status=201)).json()["id"]
    await a_sold_school(door.centre.id, arrival=date(2027, 3, 30))
    kept = await a_confirmed_stay(
        door.centre.id, client_id=UUID(client_id), arrival=date(2027, 7, 1), counts=HeadCounts(adults=3)
    )
    await a_confirmed_stay(door.centre.id, arrival=date(2027, 7, 1), counts=HeadCounts(adults=2))
    nights = {"": 39, f"code={mer}": 9, "client_type=school": 33, f"code={mer}&client_type=school": 9, "origin=none": 0}

    for query, expected in nights.items():
        for segment in ("booking_type", "age_band", "marketing_code"):
            table = await seen(door, f"{YEAR}&segment={segment}&{query}")
            assert table.whole.nights == expected, (query, segment)
            assert table.whole.gross.minor == (0 if expected in {9, 0} else 100_001)
            assert sum(value.figures.nights for value in table.values) == expected
    full = [(await seen(door, f"{YEAR}&{query}")).occupancy for query in ("", "client_type=school", f"code={mer}")]
    assert [(one.rooms, one.beds) for one in full] == [(6, 24), (6, 24), (0, 0)]
    assert len({(one.rooms_offered, one.beds_offered) for one in full}) == 1
    wanted = {"what": "statistics", "form": "csv", "first_day": "2027-01-01", "last_day": "2027-12-31", "clients": {"code": mer}}  # fmt: skip
    url = msgspec.json.decode((await door.ask("POST", "/statistics/exports", wanted, status=201)).content, type=ExportLink).url  # fmt: skip
    rows = list(
        csv.reader(io.StringIO((await api.get(httpx.URL(url).path, follow_redirects=True)).text), delimiter=";")
    )
    assert [row[:3] for row in rows if row[:1] == ["2027-07"]] == [["2027-07", "9", "3"]]
    assert [row[1] for row in rows if row[:1] == ["2027-03"]] == ["0"]
    for query, who in (("", 2), (f"&code={mer}", 1), ("&origin=none", 0)):
        sheet = (await door.ask("GET", f"/day-sheet?day=2027-07-01{query}")).json()
        assert len(sheet["arrivals"]) == who
        assert sheet["people_tonight"] == {2: 5, 1: 3, 0: 0}[who]
        assert [line["stay_id"] for line in sheet["arrivals"]] == [str(kept.id)] or who != 1


async def test_no_address_is_made_of_what_there_is_not(api: httpx.AsyncClient) -> None:
    door = await a_door(api)
    wanted = {"what": "salaries", "form": "docx", "first_day": "2027-01-01", "last_day": "2027-12-31", "segment": "x"}

    refused = await door.ask("POST", "/statistics/exports", wanted, status=422)

    assert [one["pointer"] for one in refused.json()["errors"]] == ["/what", "/form", "/segment"]
    assert (await api.get("/x/" + "a" * 75)).status_code == 404


async def test_the_network_sees_sums_and_no_cell_that_points_at_one_centre(api: httpx.AsyncClient) -> None:
    year, admin = 2031, await a_network_user("network_admin")
    arrival = date(year, 5, 10)
    query = f"first_day={year}-01-01&last_day={year}-12-31&segment=booking_type"

    async def ask() -> NetworkStatistics:
        answer = await api.get(f"/api/v1/network/statistics?{query}", headers=admin.headers)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=NetworkStatistics)

    centres = [await a_centre() for _ in range(3)]
    for centre in centres[:2]:
        await a_confirmed_stay(centre.id, arrival=arrival, booking_category="groups", booking_type="schools")
    two_centres = await ask()
    await a_confirmed_stay(centres[2].id, arrival=arrival, booking_category="groups", booking_type="schools")
    await a_confirmed_stay(
        centres[2].id, arrival=arrival + timedelta(days=9), booking_category="individuals", booking_type="families",
        counts=HeadCounts(adults=1),
    )  # fmt: skip
    for centre in centres:
        await a_confirmed_stay(centre.id, arrival=arrival, booking_category="groups", booking_type="acm", nights=9)
    three_centres = await ask()

    assert (two_centres.whole.nights, two_centres.values, two_centres.months) == (0, [], [])
    assert three_centres.whole.nights == 3 * 12 + 3 + 3 * 36
    # The family of the third centre would be told by subtraction: it is shown with the schools of all three.
    assert [(value.code, value.figures.nights) for value in three_centres.values] == [("groups/acm", 108), ("*", 39)]
    assert [(value.code, value.figures.nights) for value in three_centres.months] == [("2031-05-01", 147)]


async def test_how_full_the_networks_houses_were_is_shown_where_it_points_at_none(api: httpx.AsyncClient) -> None:
    year, admin = 2033, await a_network_user("network_admin")

    async def ask() -> NetworkStatistics:
        query = f"first_day={year}-05-01&last_day={year}-06-30&segment=booking_type"
        answer = await api.get(f"/api/v1/network/statistics?{query}", headers=admin.headers)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=NetworkStatistics)

    centres = [await a_centre() for _ in range(3)]
    rooms = [await a_room(centre.id) for centre in centres]

    async def sleeps(place: int, arrival: date) -> None:
        counts, beds = HeadCounts(adults=2), beds_of(rooms[place])
        await a_confirmed_stay(centres[place].id, bed_ids=beds, arrival=arrival, nights=2, counts=counts)

    await sleeps(0, date(year, 5, 10))
    await sleeps(1, date(year, 5, 12))
    two = await ask()
    await sleeps(2, date(year, 5, 14))
    three = await ask()
    await sleeps(0, date(year, 6, 20))
    lonely_june = await ask()

    assert (two.occupancy, two.occupancy_by_month) == (None, [])
    assert three.occupancy is not None
    assert (three.occupancy.rooms, three.occupancy.beds) == (6, 12)
    may, june = three.occupancy_by_month
    assert (may.occupancy.beds, june.occupancy.beds, june.occupancy.rooms) == (12, 0, 0)
    assert may.occupancy.beds_offered * 30 == june.occupancy.beds_offered * 31 > 0
    assert lonely_june.occupancy is not None
    assert (lonely_june.occupancy.beds, lonely_june.occupancy_by_month) == (16, [])
    assert lonely_june.occupancy_last_year is None


async def test_the_networks_turnover_is_shown_where_it_points_at_no_centre(api: httpx.AsyncClient) -> None:
    year, admin = 2035, await a_network_user("network_admin")
    arrival = date(year, 5, 10)
    query = f"first_day={year}-01-01&last_day={year}-12-31&segment=booking_type"

    async def ask() -> NetworkStatistics:
        answer = await api.get(f"/api/v1/network/statistics?{query}", headers=admin.headers)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=NetworkStatistics)

    centres = [await a_centre() for _ in range(3)]
    stays = [
        await a_confirmed_stay(
            centre.id,
            client_id=(await an_organisation(centre.id)).id,
            arrival=arrival,
            booking_category="groups",
            booking_type=booking_type,
        )
        for centre in centres
        for booking_type in ("schools", "acm")
    ]
    for centre, (schools, _) in zip(centres, zip(stays[::2], stays[1::2], strict=True), strict=True):
        line = NewLine(label="Divers", unit_price=Money(11_000), vat_basis_points=1000)
        await open_dossier(centre.id, schools.id, line, actor=TESTER)
    before = await ask()
    line = NewLine(label="Divers", unit_price=Money(110), vat_basis_points=1000)
    await open_dossier(centres[0].id, stays[1].id, line, actor=TESTER)
    after = await ask()

    assert (before.whole.gross.minor, before.whole.net.minor, before.turnover_hidden) == (33_000, 30_000, False)
    shown = {value.code: (value.figures.gross.minor, value.turnover_hidden) for value in before.values}
    assert shown == {"groups/acm": (0, True), "groups/schools": (33_000, False)}
    # One centre's camp would be told by subtraction: neither is shown, nor the month's parts.
    assert {value.code: value.turnover_hidden for value in after.values} == {"groups/acm": True, "groups/schools": True}
    assert (after.whole.gross.minor, after.months[0].figures.gross.minor) == (33_110, 33_110)
