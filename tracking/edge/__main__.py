"""`python -m tracking.edge`: the click server on CPANET_HOST:CPANET_EDGE_PORT, one worker per core it is given."""

import logging
import sys

from tracking.edge.server import serve
from tracking.edge.settings import from_environment


def main() -> int:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    config = from_environment()
    try:
        return serve(config)
    except OSError as error:
        sys.stderr.write(f"The click server cannot listen on {config.host}:{config.port}: {error.strerror}.\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
