#!/usr/bin/env bash
#SBATCH --job-name=styler
#SBATCH --array=1-4
#SBATCH --output=styler-%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:TERM@60
#
# A batch on a Slurm cluster: a job array, each task of which does its share of the pictures.
#
#   sbatch scripts/batch_slurm.sh --content PHOTOS --style STYLES -o OUT [OPTION...]
#   sbatch --array=1-16 --gres=gpu:1 --time=2:00:00 scripts/batch_slurm.sh …
#
# The array goes from 1 to the number of tasks, which share the work by a hash of its names, without talking to each other;
# all they need is the same files under the same path. A minute before its time is up, or when it is pre-empted, a task
# stops and queues itself again; what is done is skipped then. Its time must be enough for one picture, of course.
#
# Each task writes its log, and its report jobs-<task>.jsonl into the folder $REPORTS (where sbatch was called). The gallery
# is made when all have ended, by a batch over everything, which finds all of it done:
#
#   sbatch --dependency=afterany:JOB --wrap 'styler batch --content PHOTOS --style STYLES -o OUT --gallery OUT/index.html'
#
# $STYLER is the program (styler in PATH).
set -uo pipefail

readonly most_restarts=50 # a task that never gets anywhere should not come back for ever

die() {
  echo "batch_slurm.sh: $*" >&2
  exit 2
}

[[ -n ${SLURM_ARRAY_TASK_ID:-} ]] || die "this is for sbatch, which makes it a job array: sbatch scripts/batch_slurm.sh …"
# shellcheck disable=SC2153 # these are names of Slurm's
if [[ $SLURM_ARRAY_TASK_MIN != 1 || $SLURM_ARRAY_TASK_MAX != "$SLURM_ARRAY_TASK_COUNT" ]]; then
  die "the array must be 1-N, all of it: each task's share depends on N, and finished shares end at once"
fi
reports=${REPORTS:-.}
mkdir -p "$reports" || exit 1

# In the background, since the shell answers signals while it waits but not while a program is in front.
"${STYLER:-styler}" batch "$@" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --report "$reports/jobs-$SLURM_ARRAY_TASK_ID.jsonl" &
batch=$!
trap 'kill -TERM "$batch" 2>/dev/null' TERM INT
status=0
wait "$batch" || status=$?
while kill -0 "$batch" 2>/dev/null; do # a signal ended the waiting, not the batch
  status=0
  wait "$batch" || status=$?
done

# Stopped before its end. After `scancel` the task is COMPLETING and stays so; otherwise it comes back. It is named by its
# place in the array, since the number of one of the tasks is that of the array as a whole.
task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
if ((status == 130)) && [[ $(squeue --noheader --jobs="$task" --format=%T) == RUNNING ]]; then
  if ((${SLURM_RESTART_COUNT:-0} >= most_restarts)); then die "stopped $most_restarts times; more --time may help"; fi
  echo "batch_slurm.sh: stopped before the end, so the task goes back into the queue" >&2
  scontrol requeue "$task"
fi
exit "$status"
