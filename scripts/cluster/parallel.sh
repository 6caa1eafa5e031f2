#!/usr/bin/env bash
# A sweep on several processes, here or on machines reached by ssh, with GNU parallel; then collects.
#
#   scripts/cluster/parallel.sh SWEEP.yaml OUT.h5 SHARDS [options of parallel …]
#   scripts/cluster/parallel.sh scenarios/sweeps/policies.yaml policies.h5 8 --jobs 2
#   scripts/cluster/parallel.sh scenarios/sweeps/policies.yaml policies.h5 64 --sshloginfile hosts --workdir .
#
# All machines must see the folder. INNOCHAIN names the program if it is not on the PATH. Given again it does only what is missing.
set -euo pipefail
program=${INNOCHAIN:-innochain}
if [ $# -lt 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
sweep=$1 out=$2 shards=$3
shift 3
"$program" check --quiet "$sweep"
status=0
seq "$shards" | parallel --quote --retries 2 --joblog "$out.joblog" "$@" \
  "$program" sweep "$sweep" -o "$out" --shard "{}/$shards" --threads "${THREADS:-1}" --progress none || status=$?
[ "$status" -eq 0 ] || echo "$status shards are not done (see $out.joblog)" >&2
"$program" collect "$out"
