"""`python3 -m infra COMMAND`, and `halte COMMAND` once set up. Needs the standard library only, until `.venv` is there."""

import sys

from infra.bootstrap import Unready, enter
from infra.commands import dispatch, group_of


def main() -> int:
    """Set up what the command needs, continue in `.venv`, run the command; return its exit code."""
    arguments = sys.argv[1:]
    try:
        # The help and a mistyped command are answered at once, on a machine where nothing is installed yet.
        if (group := group_of(arguments)) is not None:
            enter(group, arguments)
    except Unready as error:
        print(f"halte: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return dispatch(arguments)


if __name__ == "__main__":
    sys.exit(main())
