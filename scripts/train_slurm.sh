#!/usr/bin/env bash
#SBATCH --job-name=styler-train
#SBATCH --ntasks=2
#SBATCH --output=styler-train-%j.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=TERM@60
#
# A generator trained by several processes of a Slurm cluster, each with photos of its own in every step.
#
#   sbatch scripts/train_slurm.sh --content PHOTOS --style ART -o MODEL.styler --checkpoint FILE [OPTION...]
#   sbatch --ntasks=8 --nodes=2 --gpus-per-task=1 --time=1:00:00 scripts/train_slurm.sh …
#   sbatch --ntasks=4 --cpus-per-task=8 scripts/train_slurm.sh …
#
# All need the same files under the same path, and reach each other over the network. A minute before its time is up, or
# when it is pre-empted, the training stops, and the job queues itself again and goes on from the checkpoint. One of its
# processes that ends takes all others with it.
#
# $STYLER is the program (styler in PATH).
set -uo pipefail

readonly most_restarts=50 # a training that never gets anywhere should not come back for ever

die() {
  echo "train_slurm.sh: $*" >&2
  exit 2
}

[[ -n ${SLURM_JOB_ID:-} && -n ${SLURM_NTASKS:-} ]] || die "this is for sbatch, which starts several tasks: sbatch scripts/train_slurm.sh …"
checkpoint=
arguments=("$@")
for ((i = 0; i < $#; ++i)); do
  case ${arguments[i]} in
    --checkpoint) checkpoint=${arguments[i + 1]:-} ;;
    --checkpoint=*) checkpoint=${arguments[i]#*=} ;;
  esac
done
[[ -n $checkpoint ]] || die "--checkpoint FILE is needed, from which the training goes on when its time was up"
if [[ -s $checkpoint ]]; then arguments+=(--resume "$checkpoint"); fi
# Slurm says how many cores a task has, where it was told.
if [[ -n ${SLURM_CPUS_PER_TASK:-} ]]; then export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$SLURM_CPUS_PER_TASK}; fi

# Slurm signals the tasks of this step, which then stop together; one that ends takes the others with it by itself.
status=0
srun --kill-on-bad-exit=1 "${STYLER:-styler}" train "${arguments[@]}" || status=$?

# Stopped before its end. After `scancel` the job is COMPLETING and stays so; otherwise it comes back.
if ((status == 130)) && [[ $(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T) == RUNNING ]]; then
  if ((${SLURM_RESTART_COUNT:-0} >= most_restarts)); then die "stopped $most_restarts times; more --time may help"; fi
  echo "train_slurm.sh: stopped before the end, so the job goes back into the queue" >&2
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
