"""The demo network: five invented centres in real French towns, their staff, their clients, and the days around today."""
