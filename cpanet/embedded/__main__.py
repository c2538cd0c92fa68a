"""`python -m cpanet.embedded up|manage`: what ./run calls; `run` and `health`: what a container calls."""

import sys

from cpanet.embedded import launch
from cpanet.embedded.errors import StartError
from cpanet.embedded.manage import manage

USAGE = "usage: python -m cpanet.embedded up [--no-demo] | manage COMMAND [arguments] | run PROCESS | health web|edge"


def main(arguments: list[str]) -> int:
    """Run one of our two commands; the exit status."""
    match arguments:
        case ["up"]:
            return launch.up(demo=True)
        case ["up", "--no-demo"]:
            return launch.up(demo=False)
        case ["manage", *command]:
            return manage(command)
        case ["run", name]:
            return launch.become(name)
        case ["health", "web" | "edge" as door]:
            return launch.health(door)
    print(USAGE, file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except StartError as error:
        sys.exit(f"cpanet cannot start: {error}")
