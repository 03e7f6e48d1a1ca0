"""A certified OpenID provider that we did not write: npm's `oidc-provider`, run by Node 20 or later.

Take the fixture into a `conftest.py` by its name:

    from tests.simulators.identity.fixtures import identity_provider

It installs the locked packages on first use (into `HALTE_VAR`, once for a lock), starts a provider at
`http://127.0.0.1:PORT` with discovery, authorization code with PKCE and device codes, one confidential client
(`client_id`, `client_secret`, `redirect_uri`) and the accounts `amelie` and `bruno`, and logs them in as a browser would.
"""
