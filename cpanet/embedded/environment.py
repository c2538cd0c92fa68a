"""The environment of our processes."""

import os

from cpanet.embedded.options import Options, env_file


def environment(options: Options) -> dict[str, str]:
    """Ours, with what a process started elsewhere or with an empty environment cannot find out by itself."""
    return {
        **env_file(options.checkout / ".env"),  # not all of them have Django to read it
        **os.environ,
        "CPANET_DATA_DIR": str(options.data_dir),
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(options.checkout), os.environ.get("PYTHONPATH")))),
    }
