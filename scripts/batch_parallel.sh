#!/usr/bin/env bash
# A batch in several processes at once, on this machine or on several, with GNU parallel (apt-get install parallel).
#
#   scripts/batch_parallel.sh SHARDS --content PHOTOS --style STYLES -o OUT [OPTION...]
#
# The processes share the work by a hash of its names, without talking to each other. Useful where one process can't use
# the whole machine; on one CPU it gains nothing, since one process has all threads (or give each its share: --threads 4).
#
# Two GPUs, one for each process:
#   scripts/batch_parallel.sh 2 … --device 'cuda:{= $_ = slot() - 1 =}'
# Machines that reach the same files under the same path and have styler in PATH (`:` is this one):
#   PARALLEL='--sshlogin :,node1,node2 --jobs 1 --workdir /shared/project' scripts/batch_parallel.sh 3 …
#
# Each process writes its report, jobs-1.jsonl and so on, into the folder $REPORTS (the current one). Run it again to go on
# after an interruption: what is done is skipped. The gallery is made at the end, by a batch over everything, which finds
# all of it done:
#   styler batch --content PHOTOS --style STYLES -o OUT [OPTION...] --gallery OUT/index.html
#
# Exit code 0, or 1 when anything failed. $STYLER is the program (styler in PATH).
set -euo pipefail

die() {
  echo "batch_parallel.sh: $*" >&2
  exit "${status:-1}"
}

status=2
[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || die "usage: scripts/batch_parallel.sh SHARDS --content PHOTOS --style STYLES -o OUT [OPTION...]"
shards=$1
shift
status=1
command -v parallel >/dev/null || die "GNU parallel is missing; on Debian: apt-get install parallel"
reports=${REPORTS:-.}
mkdir -p "$reports"

# All at once, unless $PARALLEL says otherwise, which comes later. When it is stopped, styler gets the time to leave no
# half picture behind.
export PARALLEL="--jobs $shards ${PARALLEL:-}"
seq "$shards" |
  parallel --quote --line-buffer --tagstring 'shard {}' --termseq TERM,30000,KILL,1000 \
    "${STYLER:-styler}" batch "$@" --shard "{}/$shards" --report "$reports/jobs-{}.jsonl" ||
  die "some shards failed; their reports are $reports/jobs-*.jsonl"
