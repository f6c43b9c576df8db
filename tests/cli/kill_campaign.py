#!/usr/bin/env python3
"""Ends a run again and again, at random moments and in every way, and checks what it leaves: tests/cli/kill_campaign.py
COUNT [SEED [films]], with the program in $STYLER_BINARY. Files are whole or not there, and going on gives the same bytes."""

import os
import sys
import unittest

NAMES = {
    "pictures": "test_resume.Resumed.test_killed_or_stopped_at_any_moment_and_resumed_it_gives_the_same_bytes",
    "films": "test_video_runs.GoingOn.test_ended_at_any_moment_and_gone_on_with_it_is_the_same_film",
}

arguments = sys.argv[1:]
what = arguments.pop() if len(arguments) == 3 else "pictures"
if len(arguments) not in (1, 2) or not all(argument.isdigit() for argument in arguments) or what not in NAMES:
    sys.exit(__doc__)
os.environ["STYLER_KILLS"] = arguments[0]
os.environ["STYLER_SEED"] = arguments[1] if len(arguments) == 2 else "1"
unittest.main(module=None, argv=[sys.argv[0], "-v", NAMES[what]])
