#!/usr/bin/env python3
"""Ends a run again and again, at random moments and in every way, and checks what it leaves: tests/cli/kill_campaign.py
COUNT [SEED], with the program in $STYLER_BINARY. Files are whole or not there, and going on gives the same bytes."""

import os
import sys
import unittest

if len(sys.argv) not in (2, 3) or not all(argument.isdigit() for argument in sys.argv[1:]):
    sys.exit(__doc__)
os.environ["STYLER_KILLS"] = sys.argv[1]
os.environ["STYLER_SEED"] = sys.argv[2] if len(sys.argv) == 3 else "1"
NAME = "test_resume.Resumed.test_killed_or_stopped_at_any_moment_and_resumed_it_gives_the_same_bytes"
unittest.main(module=None, argv=[sys.argv[0], "-v", NAME])
