"""The provider's own tests take the fixture as others do."""

from tests.simulators.identity.fixtures import identity_provider

__all__ = ["identity_provider"]
