"""Files that cannot be used. Each is refused before the network is loaded, and leaves an old output as it was."""

import array
import json
import os
import struct
import unittest
import zlib

import support
from support import CliTest, painting, photo, png, safetensors

OLD = b"an older picture"


class BadPictures(CliTest):
    def refuse(self, name, *words):
        """Tries the file `name` as content, style and start."""
        output = self.folder / "out.png"
        output.write_bytes(OLD)
        for arguments in (self.job(content=name), self.job(style=name), self.job("--init", name)):
            self.assert_refused(self.styler(*arguments, "--weights", "none"), 1, name, *words)
            self.assertEqual(output.read_bytes(), OLD)

    def test_missing(self):
        self.refuse("none.png")

    def test_empty(self):
        (self.folder / "empty.png").write_bytes(b"")
        self.refuse("empty.png")

    def test_truncated(self):
        whole = png(200, 200, lambda x, y: (x * y % 256, x ^ y, (x * 7 + y * 13) % 256))
        (self.folder / "cut.png").write_bytes(whole[: len(whole) // 2])
        self.refuse("cut.png")

    def test_more_memory_than_may_be_used(self):
        """A few kilobytes that unfold to 64 megapixels: the file is named, before anything is decoded."""
        bits = zlib.compress(bytes(8000 * 1001), 9)
        header = struct.pack(">IIBBBBB", 8000, 8000, 1, 0, 0, 0, 0)
        chunks = [(b"IHDR", header), (b"IDAT", bits), (b"IEND", b"")]
        file = b"\x89PNG\r\n\x1a\n"
        for kind, data in chunks:
            file += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        (self.folder / "huge.png").write_bytes(file)
        of_batch = ["batch", "--content", "photo.png", "--style", "art.png", "-o", "out", "--init", "huge.png"]
        of_one = [self.job(content="huge.png"), self.job(style="huge.png"), self.job("--init", "huge.png")]
        for arguments in [*of_one, of_batch]:
            refused = self.styler(*arguments, "--weights", "none", "--memory-limit", "500M")
            self.assert_refused(refused, 1, "huge.png", "--memory-limit", "memory to be read")

    def test_not_an_image(self):
        (self.folder / "text.png").write_text("This is no picture.\n" * 50)
        self.refuse("text.png")

    def test_a_folder(self):
        (self.folder / "folder.png").mkdir()
        self.refuse("folder.png")

    def test_a_device(self):
        self.refuse("/dev/zero", "device")
        os.mkfifo(self.folder / "pipe.png")
        self.refuse("pipe.png", "pipe")

    def test_one_pixel(self):
        (self.folder / "dot.png").write_bytes(png(1, 1, lambda x, y: (1, 2, 3)))
        for arguments in (self.job(content="dot.png"), self.job(style="dot.png")):
            self.assert_refused(self.styler(*arguments, "--weights", "none"), 1, "1x1 px", "at least")

    def test_unreadable(self):
        (self.folder / "secret.png").write_bytes(photo())
        (self.folder / "secret.png").chmod(0)
        self.folder.chmod(0o777)  # so that the output is no reason to refuse
        result = self.styler(*self.job(content="secret.png"), prefix=self.not_root())
        self.assert_refused(result, 1, "secret.png")


class BadOutputs(CliTest):
    def test_folder_missing(self):
        self.assert_refused(self.styler(*self.job(output="none/out.png")), 1, "none")

    def test_unknown_extension(self):
        self.assert_refused(self.styler(*self.job(output="out.xyz")), 2, ".xyz", ".png")
        self.assert_refused(self.styler(*self.job(output="out")), 2, "extension")

    def test_a_folder(self):
        (self.folder / "out.png").mkdir()
        self.assert_refused(self.styler(*self.job()), 1, "out.png")

    def test_folder_not_writable(self):
        (self.folder / "closed").mkdir(mode=0o555)
        self.assert_refused(self.styler(*self.job(output="closed/out.png"), prefix=self.not_root()), 1, "closed")

    def test_the_same_file_as_an_input(self):
        self.assert_refused(self.styler(*self.job(output="photo.png")), 2, "--output", "--content")
        os.symlink("art.png", self.folder / "link.png")
        self.assert_refused(self.styler(*self.job(output="link.png")), 2, "--output", "--style")
        self.assertEqual((self.folder / "photo.png").read_bytes(), photo())
        self.assertEqual((self.folder / "art.png").read_bytes(), painting())

    def test_report_and_log_folders_missing(self):
        self.assert_refused(self.styler(*self.job("--report", "none/run.json")), 1, "none")
        self.assert_refused(self.styler(*self.job("--log-file", "none/run.log")), 1, "none")


class BadWeights(CliTest):
    def refuse(self, name, *words):
        output = self.folder / "out.png"
        output.write_bytes(OLD)
        self.assert_refused(self.styler(*self.job("--weights", name)), 1, name, *words)
        self.assertEqual(output.read_bytes(), OLD)

    def test_missing(self):
        self.refuse("none.safetensors")

    def test_truncated(self):
        whole = support.random_vgg19()
        (self.folder / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
        self.refuse("cut.safetensors")
        (self.folder / "stub.safetensors").write_bytes(whole[:100])
        self.refuse("stub.safetensors")

    def test_of_another_network(self):
        tensors = [("fc.weight", [2, 3], array.array("f", [1.0] * 6))]
        (self.folder / "other.safetensors").write_bytes(safetensors(tensors, {"network": "other"}))
        self.refuse("other.safetensors")

    def test_numbers_that_are_not_those_of_the_network_that_is_named(self):
        """The manifest's checksum of VGG19's original, beside other numbers."""
        origin = json.loads((support.CHECKOUT / "models/manifest.json").read_text())["weights"][0]["sha256"]
        claimed = support.random_vgg19().replace(b"0" * 64, origin.encode())
        (self.folder / "damaged.safetensors").write_bytes(claimed)
        self.refuse("damaged.safetensors", "damaged: its numbers are not those of vgg19", "styler weights install")

    def test_no_weights_at_all(self):
        (self.folder / "text.safetensors").write_text("no weights\n" * 100)
        self.refuse("text.safetensors")


if __name__ == "__main__":
    unittest.main()
