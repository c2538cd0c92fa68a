"""`python -m cpanet.embedded up|manage`: what ./run calls."""

import sys

from cpanet.embedded.errors import StartError
from cpanet.embedded.launch import up
from cpanet.embedded.manage import manage

USAGE = "usage: python -m cpanet.embedded up [--no-demo] | manage COMMAND [arguments]"


def main(arguments: list[str]) -> int:
    """Run one of our two commands; the exit status."""
    match arguments:
        case ["up"]:
            return up(demo=True)
        case ["up", "--no-demo"]:
            return up(demo=False)
        case ["manage", *command]:
            return manage(command)
    print(USAGE, file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except StartError as error:
        sys.exit(f"cpanet cannot start: {error}")
