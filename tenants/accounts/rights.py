"""The registry of rights, and the roles that every centre and the network are supplied with."""

from collections.abc import Mapping
from typing import Final

RIGHTS: Final[Mapping[str, str]] = {
    "desk.view": "see Accueil and the centre's live events",
    "enquiry.view": "read enquiries and their threads",
    "enquiry.answer": "enter, answer, link and close enquiries",
    "client.view": "search and open client cards",
    "client.edit": "add and change client cards",
    "client.blacklist": "blacklist a client, and lift it",
    "client.merge": "merge two cards of one client",
    "client.export": "export client cards",
    "client.erase": "erase a person from the centre and the referential",
    "stay.view": "see stays, rooms, planning and availability",
    "stay.edit": "make, change, hold, confirm and cancel stays",
    "stay.overbook": "sell beyond what a room holds",
    "room.edit": "add and change rooms and beds",
    "room.withdraw": "withdraw a room from sale, and give it back",
    "arrival.check_in": "mark present, departed or not come, send pre-check-in links",
    "police.view": "read police forms",
    "dossier.view": "read dossiers, services and rates",
    "dossier.edit": "put services on a dossier, and mark it treated",
    "quote.send": "send a quote",
    "payment.view": "see payments and balances",
    "payment.record": "record a payment received outside Halte",
    "payment.link": "send a payment link",
    "payment.refund": "give money back",
    "rate.edit": "change services and rates",
    "invoice.issue": "issue and credit invoices",
    "mail.view": "see mails that failed",
    "mail.retry": "send a failed mail again",
    "user.manage": "manage users, their roles and their keys",
    "code_list.edit": "change code lists",
    "centre.edit": "change the centre's own particulars, pair and unpair tablets",
    "centre.provision": "provision, suspend and reopen centres",
    "network.view": "see the list of centres and the network's figures",
    "referential.link": "link the whole network at once, and take such a pass back",
    "referential.review": "review what the referential linked",
    "referential.view_detail": "read another centre's detail through the referential, which is logged",
    "person.everywhere": "hand out or erase one person's data in every centre at once",
    "statistics.view": "see statistics",
    "import.run": "import client cards and stays",
}
"""Every right by name, with what it allows. A right that is not here exists nowhere."""

NETWORK_ONLY: Final = frozenset(
    {
        "centre.provision",
        "network.view",
        "person.everywhere",
        "referential.link",
        "referential.review",
        "referential.view_detail",
    }
)
"""What no role of a centre may hold."""

_VIEWS: Final = frozenset(
    {"desk.view", "enquiry.view", "client.view", "stay.view", "dossier.view", "payment.view", "mail.view"}
)
_RECEPTION: Final = _VIEWS | {
    "enquiry.answer",
    "client.edit",
    "stay.edit",
    "arrival.check_in",
    "dossier.edit",
    "quote.send",
    "payment.link",
}
_COMMERCIAL: Final = _RECEPTION | {"payment.record", "mail.retry", "statistics.view"}
_ACCOUNTING: Final = _VIEWS | {
    "payment.record",
    "payment.link",
    "payment.refund",
    "invoice.issue",
    "statistics.view",
    "client.export",
}

DIRECTION: Final = "direction"
SUPPLIED_ROLES: Final[Mapping[str, frozenset[str]]] = {
    "réception": _RECEPTION,
    "commercial": _COMMERCIAL,
    "comptabilité": _ACCOUNTING,
    DIRECTION: frozenset(RIGHTS) - NETWORK_ONLY,
}
"""The roles of every centre. They follow the release: what is stored of a supplied role is its name."""

NETWORK_ROLES: Final[Mapping[str, frozenset[str]]] = {
    "network_admin": frozenset(
        {"centre.provision", "network.view", "code_list.edit", "person.everywhere", "referential.link", "user.manage"}
    ),
    "network_steward": frozenset({"referential.link", "referential.review", "referential.view_detail", "network.view"}),
}
