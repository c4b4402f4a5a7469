"""`python -m tests.differential --count N --seed S [--jobs J] [--only text,round]`; the last line is the sum."""

import sys

from tests.differential.run import main

sys.exit(main(sys.argv[1:]))
