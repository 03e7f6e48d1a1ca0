"""Every criterion of this layer, registered in the order they are offered; importing it is enough."""

from tenants.segments import of_stays  # isort: skip
from tenants.segments import of_stay_kinds  # isort: skip
from tenants.segments import of_cards  # isort: skip
from tenants.segments import of_follow_up  # isort: skip
from tenants.segments import of_conduct  # isort: skip

MODULES = (of_stays, of_stay_kinds, of_cards, of_follow_up, of_conduct)
