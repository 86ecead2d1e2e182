"""`python -m tts` is the `tts` command."""

import sys

from tts.cli.main import main

sys.exit(main())
