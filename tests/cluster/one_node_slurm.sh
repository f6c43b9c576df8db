#!/usr/bin/env bash
# Runs scripts/batch_slurm.sh and scripts/train_slurm.sh on a real Slurm: a cluster of one node, on loopback, in a temporary folder, gone at the end.
# Root only; Debian's packages slurm-wlm and munge; needs neither systemd nor control groups, so a container will do.
#
#   tests/cluster/one_node_slurm.sh PHOTOS STYLES [OPTION...]     options of styler batch
#
# Checks that every picture is made by the array, that a task whose time is up queues itself again and goes on, and that one
# which was cancelled does not; and that a training in two tasks is one training, goes on where it was stopped, and ends when
# one of its tasks is killed. With the word `train` for PHOTOS' place only the latter: one_node_slurm.sh train PHOTOS STYLES.
# $STYLER is the program (build/release/styler).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
styler=$(realpath "${STYLER:-$root/build/release/styler}")
readonly shards=2

say() { echo "== $*" >&2; }
die() {
  echo "one_node_slurm.sh: $*" >&2
  exit 1
}

with_batches=true
if [[ ${1:-} == train ]]; then
  with_batches=false
  shift
fi
(($# >= 2)) || die "usage: one_node_slurm.sh PHOTOS STYLES [OPTION...]"
photos=$(realpath "$1") styles=$(realpath "$2")
shift 2
((EUID == 0)) || die "Slurm's daemons start jobs of others, so this needs root"
for program in slurmctld slurmd munged sbatch; do
  command -v "$program" >/dev/null || die "$program is missing; on Debian: apt-get install slurm-wlm munge"
done
[[ -x $styler ]] || die "there is no program at $styler; set STYLER"

work=$(mktemp -d)
chmod 755 "$work" # munged wants that everybody may reach its socket
daemons=()
clean_up() {
  local status=$?
  if [[ -f $work/slurm.conf ]]; then scancel --user=root >/dev/null 2>&1 || true; fi
  for ((i = ${#daemons[@]} - 1; i >= 0; --i)); do
    kill "${daemons[i]}" 2>/dev/null || true
    wait "${daemons[i]}" 2>/dev/null || true
  done
  if ((status != 0)); then tail -n 20 "$work"/*.log "$work"/job/*.log >&2 2>/dev/null || true; fi
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# until_true SECONDS WHAT COMMAND...
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || die "waited in vain for $what"
    sleep 0.2
  done
}

free_ports() {
  python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(each.getsockname()[1] for each in sockets))'
}

start_munge() {
  local run=$work/munge
  mkdir -m 755 "$run"
  head -c 1024 /dev/urandom >"$run/key"
  chmod 400 "$run/key"
  munged --foreground --force --key-file="$run/key" --socket="$run/socket" --pid-file="$run/pid" \
    --seed-file="$run/seed" --log-file="$run/log" >"$work/munged.log" 2>&1 &
  daemons+=($!)
  until_true 20 "munged" test -S "$run/socket"
}

write_configuration() {
  local host control_port node_port
  host=$(hostname -s)
  read -r control_port node_port < <(free_ports)
  mkdir "$work/state" "$work/spool"
  cat >"$work/slurm.conf" <<END
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$control_port
SlurmdPort=$node_port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
# What a container without systemd and control groups can do.
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$shards State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
  export SLURM_CONF=$work/slurm.conf
}

start_slurm() {
  slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.log" 2>&1 &
  daemons+=($!)
  until_true 30 "slurmctld" scontrol ping
  slurmd -D -f "$SLURM_CONF" >"$work/slurmd.log" 2>&1 &
  daemons+=($!)
  until_true 60 "the node to be idle" node_is_idle
}
node_is_idle() { [[ $(sinfo --noheader --format=%T) == idle ]]; }
# What squeue lists with these options is nothing; that it gave no answer is no sign of that.
queue_is_empty() {
  local queue
  queue=$(squeue --noheader "$@") && [[ -z $queue ]]
}

# submit NAME [SBATCH OPTION...] -- [BATCH OPTION...]: prints the number of the job that writes into $work/job/NAME.
submit() {
  local name=$1
  local -a options=()
  shift
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  STYLER=$styler REPORTS=$work/job/$name-reports sbatch --parsable --chdir="$work/job" --array="1-$shards" "${options[@]}" \
    "$root/scripts/batch_slurm.sh" --content "$photos" --style "$styles" -o "$work/job/$name" "$@" | cut -d ';' -f 1
}

# train NAME [SBATCH OPTION...] -- [TRAIN OPTION...]: prints the number of the job that writes $work/job/NAME.styler.
train() {
  local name=$1
  local -a options=()
  shift
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  STYLER=$styler sbatch --parsable --chdir="$work/job" --ntasks="$shards" "${options[@]}" "$root/scripts/train_slurm.sh" \
    --content "$photos" --style "$(find "$styles" -type f | sort | head -n 1)" -o "$name.styler" --checkpoint "$name.ckpt" \
    --arch tiny --crop 64 --style-size 128 --threads 1 "$@" | cut -d ';' -f 1
}
# The exit code of a job's script, as `0:0`, once it has ended.
ended_with() { [[ $(scontrol --oneliner show job "$1") =~ ExitCode=([0-9]+:[0-9]+) ]] && [[ ${BASH_REMATCH[1]} == "$2" ]]; }

pictures() { find "$work/job/$1" -name '*.png' | wc -l; }
some_pictures() { (($(pictures "$1") > 0)); }

say "starting munged, slurmctld and slurmd ($(slurmctld -V)) in $work"
start_munge
write_configuration
start_slurm
mkdir "$work/job"

say "a training in $shards tasks"
job=$(train plain -- --steps 20 --report "$work/job/plain.json" --checkpoint-every 10)
until_true 300 "the training to end" queue_is_empty
ended_with "$job" 0:0 || die "the training failed"
[[ -s $work/job/plain.styler ]] || die "the training wrote no model"
grep --quiet "\"processes\": $shards" "$work/job/plain.json" || die "the tasks did not train together"

say "the same, told to stop early"
job=$(train requeued -- --steps 400 --checkpoint-every 10)
until_true 120 "a checkpoint" test -s "$work/job/requeued.ckpt"
scancel --signal=TERM "$job"
until_true 60 "the training to stop" queue_is_empty --states=RUNNING,COMPLETING
scontrol update "JobId=$job" StartTime=now+5 || true
until_true 300 "the training to end" queue_is_empty
grep --quiet 'goes back into the queue' "$work/job/styler-train-$job.log" || die "the training was not queued again"
grep --quiet 'done: 400 steps' "$work/job/styler-train-$job.log" || die "the training did not go on to its end"

say "the same, with a task that is killed"
job=$(train killed -- --steps 1000000 --checkpoint-every 10)
until_true 120 "a checkpoint" test -s "$work/job/killed.ckpt"
# Slurm tells its tasks apart by SLURM_PROCID, which stands in their environment.
for process in /proc/[0-9]*; do
  if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep --quiet --line-regexp "SLURM_PROCID=1" &&
    tr '\0' '\n' <"$process/environ" | grep --quiet --line-regexp "SLURM_JOB_ID=$job" &&
    [[ $(readlink "$process/exe") == "$styler" ]]; then
    kill -KILL "${process#/proc/}"
  fi
done
until_true 60 "the training to end" queue_is_empty
[[ ! -e $work/job/killed.styler ]] || die "a training whose task was killed wrote a model"
job=$(train killed -- --steps 1000000 --time 2s)
until_true 120 "the training to end" queue_is_empty
ended_with "$job" 0:0 || die "its checkpoint could not be gone on from"
$with_batches || {
  say "done: a training in several tasks, stopped, killed and gone on with"
  exit
}

wanted=$(($(find "$photos" -type f | wc -l) * $(find "$styles" -type f | wc -l)))

say "an array of $shards tasks for $wanted pictures"
submit plain -- "$@" >/dev/null
until_true 600 "the array to end" queue_is_empty
(($(pictures plain) == wanted)) || die "$(pictures plain) pictures instead of $wanted"
for ((i = 1; i <= shards; ++i)); do
  [[ -s $work/job/plain-reports/jobs-$i.jsonl ]] || die "task $i wrote no report"
done

say "the same, with both tasks told to stop early"
job=$(submit requeued --requeue -- "$@")
until_true 120 "a first picture" some_pictures requeued
scancel --batch --signal=TERM "$job"
until_true 60 "both tasks to stop" queue_is_empty --states=RUNNING,COMPLETING
# Slurm lets them wait for two minutes, in case that their node was at fault. A few seconds it does need: the permission to
# run that was just revoked is told from a new one by the second. A task that had just ended can't be moved.
scontrol update "JobId=$job" StartTime=now+5 || true
until_true 600 "the array to end" queue_is_empty
(($(pictures requeued) == wanted)) || die "$(pictures requeued) pictures instead of $wanted after requeueing"
grep --quiet 'goes back into the queue' "$work"/job/styler-"${job}"_*.log ||
  die "no task was stopped early enough to be queued again; more pictures or iterations may help"

say "the same, cancelled"
job=$(submit cancelled --requeue -- "$@")
until_true 120 "a first picture" some_pictures cancelled
scancel "$job"
until_true 60 "the array to end" queue_is_empty
(($(pictures cancelled) < wanted)) || die "a cancelled array made all its pictures"

say "done: trainings and pictures were made, interrupted tasks came back, and cancelled ones did not"
