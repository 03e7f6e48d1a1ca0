"""`halte demo`: a whole network on this machine, driven from outside by `var/demo.json`."""

from infra.services.demo.commands import main as main
