"""What the machine is, as far as it matters for the figures."""

import os
import platform
import re
from pathlib import Path

# The instruction sets that decide which kernels run.
FLAGS = ["avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16"]
BF16_FLAGS = {"avx512_bf16", "amx_bf16"}


def _field(text: str, name: str) -> str:
    found = re.search(rf"^{name}\s*:\s*(.*)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def processor_flags() -> set[str]:
    """Instruction sets, as Linux names them; empty where /proc/cpuinfo doesn't tell."""
    return set(_field(_cpuinfo(), "flags").split())


def has_bf16() -> bool:
    """Whether the processor multiplies bfloat16 itself."""
    return bool(BF16_FLAGS & processor_flags())


def usable_cores() -> int:
    """Processors that this process may run on."""
    return len(os.sched_getaffinity(0))


def describe() -> dict[str, object]:
    """For the head of a report: nothing in it names the machine or its user."""
    cpuinfo = _cpuinfo()
    memory = Path("/proc/meminfo").read_text(encoding="ascii")
    flags = processor_flags()
    return {
        "cpu": _field(cpuinfo, "model name") or platform.machine(),
        "family_model": f"{_field(cpuinfo, 'cpu family')}/{_field(cpuinfo, 'model')}",
        "flags": " ".join(flag for flag in FLAGS if flag in flags),
        "cores": usable_cores(),
        "memory_gb": round(int(_field(memory, "MemTotal").split()[0]) * 1024 / 1e9, 1),
        "kernel": platform.release().split("-")[0],
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def _cpuinfo() -> str:
    return Path("/proc/cpuinfo").read_text(encoding="utf-8")
