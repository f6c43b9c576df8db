"""styler video on whole films: as phones make them, stopped, killed and gone on with."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from test_video import VideoTest, frame


@unittest.skipUnless(shutil.which("ffmpeg") and shutil.which("ffprobe"), "needs the program ffmpeg")
class OfAPhone(VideoTest):
    """A film as phones make it: with sound, on its side, and with frames at odd times. STYLER_FRAMES=100 by hand."""

    FRAMES = int(os.environ.get("STYLER_FRAMES", "12"))

    def ffmpeg(self, *arguments):
        subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], cwd=self.folder, check=True)

    def probed(self, file, streams, entries):
        words = ["ffprobe", "-v", "error", "-select_streams", streams, "-show_entries", entries, "-of", "json", file]
        return json.loads(subprocess.run(words, cwd=self.folder, check=True, capture_output=True, text=True).stdout)

    def make_clip(self):
        seconds = self.FRAMES / 20
        self.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=96x64:rate=20:duration={seconds}", "-f", "lavfi", "-i",
                    f"sine=frequency=440:duration={seconds}", "-vf", "settb=1/1000,setpts='PTS+if(mod(N,3),13,0)'",
                    "-fps_mode", "passthrough", "-enc_time_base:v", "1:1000", "-pix_fmt", "yuv420p", "-c:a", "aac", "-metadata", "title=a day out", "flat.mp4")  # fmt: skip
        self.ffmpeg("-i", "flat.mp4", "-c", "copy", "-metadata:s:v:0", "rotate=90", "clip.mp4")

    def test_it_comes_upright_with_its_sound_and_its_times(self):
        self.make_clip()
        self.filmed("-e", "preset=ultrafast", content="clip.mp4", output="out.mp4")
        times = [[float(frame["pts_time"]) for frame in self.probed(file, "v", "frame=pts_time")["frames"]]
                 for file in ("clip.mp4", "out.mp4")]  # fmt: skip
        self.assertEqual(len(times[1]), self.FRAMES)
        self.assertEqual(times[1], times[0])
        self.assertGreater(len({round(b - a, 4) for a, b in zip(times[1], times[1][1:])}), 1)
        video = self.probed("out.mp4", "v", "stream=width,height,color_space,color_range,codec_name:stream_side_data")
        stream = video["streams"][0]
        self.assertEqual((stream["width"], stream["height"]), (44, 64))  # of 64x96, at 64 px and even
        self.assertEqual((stream["codec_name"], stream["color_space"], stream["color_range"]), ("h264", "bt709", "tv"))
        self.assertNotIn("side_data_list", stream)
        for file in ("clip.mp4", "out.mp4"):
            self.ffmpeg("-i", file, "-map", "0:a", "-c", "copy", "-f", "md5", f"{file}.md5")
        self.assertEqual(*((self.folder / f"{file}.md5").read_text() for file in ("clip.mp4", "out.mp4")))
        self.assertEqual(self.probed("out.mp4", "v", "format_tags=title")["format"]["tags"]["title"], "a day out")


class GoingOn(VideoTest):
    def setUp(self):
        super().setUp()
        self.write_frames("long", [frame(2 * i) for i in range(12)])

    def parts(self, name):
        return self.folder / f"{name}.parts" / "film.state"

    def begin(self, output, wait_for=2):
        process = self.start(*self.video("--frame-iterations", "60", content="long/%03d.png", output=output))
        folder = self.folder / output.split("/")[0]
        if "%" in output:
            self.wait_for(process, lambda: len(list(folder.glob("*.png"))) >= wait_for)
        else:
            self.wait_for(process, self.parts(output).exists)
        return process

    def test_killed_and_gone_on_with_it_is_the_same_film(self):
        options = ("--frame-iterations", "60")
        self.filmed(*options, content="long/%03d.png", output="whole.mkv")
        process = self.begin("cut.mkv")
        process.kill()
        process.wait()
        self.assertFalse((self.folder / "cut.mkv").exists())
        self.assertIn("--resume", self.refused(*options, content="long/%03d.png", output="cut.mkv"))
        self.assertIn("frame-iterations", self.refused("--frame-iterations", "59", "--resume", content="long/%03d.png", output="cut.mkv"))  # fmt: skip
        self.filmed(*options, "--resume", content="long/%03d.png", output="cut.mkv")
        self.assertEqual((self.folder / "cut.mkv").read_bytes(), (self.folder / "whole.mkv").read_bytes())
        self.assertFalse(self.parts("cut.mkv").exists())

    def test_ctrl_c_leaves_a_film_of_what_was_painted(self):
        process = self.begin("half.mkv")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, told)
        self.assertIn("--resume goes on", told)
        self.filmed(content="half.mkv", output="half/%d.png")
        self.assertLess(len(self.pictures("half")), 12)
        self.filmed("--frame-iterations", "60", "--resume", content="long/%03d.png", output="half.mkv")
        self.filmed("--frame-iterations", "60", content="long/%03d.png", output="whole.mkv")
        self.assertEqual((self.folder / "half.mkv").read_bytes(), (self.folder / "whole.mkv").read_bytes())

    def test_a_film_in_groups_and_passes_goes_on_to_the_same_bytes(self):
        options = ("--frame-iterations", "60", "--keyframe-every", "2", "--passes", "2", "--loop", "--report", "r.json")
        self.filmed(*options, content="long/%03d.png", output="whole.mkv")
        report = json.loads((self.folder / "r.json").read_text())
        process = self.start(*self.video(*options, content="long/%03d.png", output="cut.mkv"))
        self.wait_for(process, self.parts("cut.mkv").exists)
        process.kill()
        process.wait()
        self.filmed(*options, "--resume", content="long/%03d.png", output="cut.mkv")
        self.assertEqual((self.folder / "cut.mkv").read_bytes(), (self.folder / "whole.mkv").read_bytes())
        self.assertEqual(json.loads((self.folder / "r.json").read_text())["figures"], report["figures"])

    def test_ended_at_any_moment_and_gone_on_with_it_is_the_same_film(self):
        """In CI once; tests/cli/kill_campaign.py COUNT SEED films ends a film as often as one likes."""
        rng = random.Random(int(os.environ.get("STYLER_SEED", "1")))
        options = ("--frame-iterations", "20", "-e", "preset=ultrafast")
        begin = time.monotonic()
        self.filmed(*options, content="long/%03d.png", output="whole.mkv")
        duration = time.monotonic() - begin
        whole = (self.folder / "whole.mkv").read_bytes()
        signals, output = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP), self.folder / "cut.mkv"
        left = int(os.environ.get("STYLER_KILLS", "1"))
        while left > 0:
            output.unlink(missing_ok=True)
            code = None
            while code != 0:
                resume = ("--resume",) if self.parts("cut.mkv").exists() else ()
                process = self.start(*self.video(*options, *resume, content="long/%03d.png", output="cut.mkv"))
                if left > 0:
                    time.sleep(duration * rng.uniform(0.1, 0.9))
                    process.send_signal(rng.choice(signals))
                    left -= 1
                process.communicate(timeout=120)
                code = process.returncode
                if code and output.exists():
                    self.filmed("--dry-run", content="cut.mkv", output="again.mkv")  # it can be read
            self.assertEqual(output.read_bytes(), whole)
            self.assertEqual(sorted(file.name for file in self.folder.glob("*cut*")), ["cut.mkv"])

    def test_pictures_go_on_too(self):
        process = self.begin("part/%03d.png")
        process.kill()
        process.wait()
        self.filmed("--frame-iterations", "60", "--resume", content="long/%03d.png", output="part/%03d.png")
        self.filmed("--frame-iterations", "60", content="long/%03d.png", output="whole/%03d.png")
        self.assertEqual(self.pictures("part"), self.pictures("whole"))

    def test_a_record_that_is_damaged_is_refused_and_stays(self):
        process = self.begin("cut.mkv")
        process.kill()
        process.wait()
        damaged = self.parts("cut.mkv").read_bytes()[:-40]
        self.parts("cut.mkv").write_bytes(damaged)
        self.assertIn("film.state", self.refused("--frame-iterations", "60", "--resume", content="long/%03d.png", output="cut.mkv", code=1))  # fmt: skip
        self.assertEqual(self.parts("cut.mkv").read_bytes(), damaged)
