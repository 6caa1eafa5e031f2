#!/usr/bin/env bash
# A sweep as a Slurm job array: one task a shard, then one job that collects.
#
#   scripts/cluster/slurm.sh SWEEP.yaml OUT.h5 SHARDS [options of sbatch …]
#   scripts/cluster/slurm.sh scenarios/sweeps/policies.yaml policies.h5 50 --time=2:00:00 --cpus-per-task=4
#
# Submit it in a folder that all nodes see. INNOCHAIN names the program if it is not on the PATH. A task that meets its time limit or loses its
# node goes back into the queue and does only what is missing; so does the whole command when it is given again.
set -euo pipefail
program=${INNOCHAIN:-innochain}

# Runs the program and hands on Slurm's signals, which reach only this shell. Told to stop, the program ends cleanly with 75.
# USR1 comes before the time limit; TERM when somebody cancels, who would not like to see the shard again.
work() {
  local child status told=1
  "$program" "$@" &
  child=$!
  trap 'told=1; kill -TERM "$child" 2>/dev/null || true' TERM
  trap 'told=1 again=1; kill -TERM "$child" 2>/dev/null || true' USR1
  while [ "$told" -eq 1 ]; do  # a signal ends `wait` before the program
    told=0 status=0
    wait "$child" || status=$?
  done
  trap - TERM USR1
  return "$status"
}

run_shard() {
  local status=0 again=0
  work sweep "$1" -o "$2" --shard "$SLURM_ARRAY_TASK_ID/$3" --threads "${SLURM_CPUS_PER_TASK:-1}" --progress plain || status=$?
  # 75: stopped cleanly; 143: stopped before it had begun.
  if [ "$again" -eq 1 ] && { [ "$status" -eq 75 ] || [ "$status" -eq 143 ]; }; then
    echo "Shard $SLURM_ARRAY_TASK_ID/$3 is not done: back into the queue"
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    sleep 60  # until Slurm ends this attempt
  fi
  exit "$status"
}

submit() {
  local sweep=$1 out=$2 shards=$3 array collect
  shift 3
  "$program" check --quiet "$sweep"  # before anything waits in a queue
  array=$(sbatch --parsable --array="1-$shards" --job-name="${out##*/}" --output="$out.%a.log" --open-mode=append --requeue --signal=B:USR1@60 \
    "$@" --export="ALL,INNOCHAIN_JOB=shard" "$0" "$sweep" "$out" "$shards")
  array=${array%%;*}  # the cluster's name may follow
  collect=$(sbatch --parsable --dependency="afterany:$array" --job-name="${out##*/} collect" --output="$out.collect.log" \
    --export="ALL,INNOCHAIN_JOB=collect" "$0" "$sweep" "$out" "$shards")
  echo "job $array: $shards shards of $sweep; job ${collect%%;*}: collects $out. Until then: $program status $out"
}

if [ $# -lt 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
case ${INNOCHAIN_JOB:-} in
  shard) run_shard "$@" ;;
  collect) exec "$program" collect "$2" ;;
  *) submit "$@" ;;
esac
