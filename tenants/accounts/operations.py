"""Every change to accounts, by subject: what other parts of the house call."""

from tenants.accounts.credentials import check_credentials as check_credentials
from tenants.accounts.key_ring import add_key as add_key
from tenants.accounts.key_ring import revoke_key as revoke_key
from tenants.accounts.roles import add_role as add_role
from tenants.accounts.roles import add_supplied_roles as add_supplied_roles
from tenants.accounts.roles import change_role as change_role
from tenants.accounts.rules import IssuedToken as IssuedToken
from tenants.accounts.rules import Session as Session
from tenants.accounts.sessions import actor_in as actor_in
from tenants.accounts.sessions import authenticate as authenticate
from tenants.accounts.sessions import log_in as log_in
from tenants.accounts.sessions import network_actor as network_actor
from tenants.accounts.sessions import open_ssh_session as open_ssh_session
from tenants.accounts.sessions import refresh as refresh
from tenants.accounts.sessions import revoke as revoke
from tenants.accounts.sessions import sweep_sessions as sweep_sessions
from tenants.accounts.users import add_network_user as add_network_user
from tenants.accounts.users import add_user as add_user
from tenants.accounts.users import change_account as change_account
from tenants.accounts.users import change_preferences as change_preferences
from tenants.accounts.users import change_user as change_user
from tenants.accounts.users import put_user as put_user
from tenants.accounts.users import require_code as require_code
