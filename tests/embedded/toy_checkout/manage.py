"""Stands for the project's manage.py: says what it was given, and ends as it is told."""

import json
import os
import sys

sys.stderr.write("noise on the error stream\n")
said = {"command": sys.argv[1:], "data": os.environ["CPANET_DATA_DIR"], "cwd": os.getcwd()}
sys.stdout.write(json.dumps(said) + "\n")
sys.exit(int(sys.argv[-1]) if sys.argv[-1].isdecimal() else 0)
