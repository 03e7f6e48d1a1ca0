"""Who, what, when: centres, accounts, clients, the referential, rooms, stays, arrivals, enquiries. No prices."""
