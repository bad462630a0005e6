# Rows of bench/run that set the engines side by side. Sourced by it; $work is its folder of work, $here its own.

# spread UNIT: median and quartiles of the numbers on stdin.
spread() {
  sort -n | awk -v unit="$1" '{ x[NR] = $1 } END {
    printf "%.2f %s (%.2f to %.2f)", x[int((NR + 1) / 2)], unit, x[int((NR + 3) / 4)], x[int((3 * NR + 1) / 4)] }'
}

# run_idle SECONDS: the start of the program, in ms; if SECONDS is not 0, its resident memory in MiB after 10 s, then its
# use of a core in percent and its wakes a second during SECONDS.
run_idle() {
  local seconds=$1 begin now pid ticks line
  mkfifo "$work/lines"
  exec 4<>"$work/lines"
  begin=$EPOCHREALTIME
  "$program" 2>&4 >&4 &
  pid=$!
  while read -r -t 30 line <&4; do
    [[ $line != *'listening on'* ]] || break
  done
  now=$EPOCHREALTIME
  [[ $line == *'listening on'* ]] || { echo "bench/run: the program does not listen; its last line: $line" >&2; exit 1; }
  printf '%s' $(((${now/./} - ${begin/./}) / 1000))
  if [ "$seconds" -gt 0 ]; then
    sleep 10
    printf ' %s' "$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status")"
    ticks=$(ticks_of "$pid")
    wakes_of "$pid" >"$work/wakes"
    sleep "$seconds"
    ticks=$(($(ticks_of "$pid") - ticks))
    wakes_of "$pid" | awk -v ticks="$ticks" -v seconds="$seconds" -v hertz="$(getconf CLK_TCK)" \
      'NR == FNR { before[$1] = $2; next } { wakes += $2 - before[$1] }
      END { printf " %.2f %.1f", 100 * ticks / hertz / seconds, wakes / seconds }' "$work/wakes" -
  fi
  echo
  kill "$pid"
  wait "$pid" || true
}

ticks_of() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
wakes_of() { awk '/^Pid/ { pid = $2 } /^voluntary_ctxt_switches/ { print pid, $2 }' "/proc/$1/task/"*/status; }

# run_engine ENGINE WHAT [SECONDS]: adds to a file of what was measured: throughput, starts, idle.
run_engine() {
  local at=$work/$1 what=$2
  case $what in
    throughput) dotnet "$at/bench/Rwho.Bench.Engines.dll" 7 >"$at/throughput" ;;
    *)
      alone bash -euc "$(declare -f run_idle ticks_of wakes_of); work=/run program=$at/node/rwhod; run_idle $3" \
        >>"$at/$what" ;;
  esac
}

read -ra akka_args <<<"${RWHO_AKKA_ARGS:-}"
akka_can_be_restored() {
  dotnet restore "$here/../src/Node" -p:Engine=Akka "${akka_args[@]}" >"$work/restore.log" 2>&1
}

# build_engine ENGINE [ARGUMENT]...
build_engine() {
  local engine=$1
  shift
  mkdir -p "$work/$engine"
  dotnet publish "$here/../src/Node" -c Release -o "$work/$engine/node" "-p:Engine=$engine" "$@" -v quiet --nologo -m:1 \
    >"$work/$engine/log" || { cat "$work/$engine/log" >&2; exit 1; }
  dotnet build "$here/Engines" -c Release -o "$work/$engine/bench" "-p:Engine=$engine" "$@" -v quiet --nologo -m:1 \
    >"$work/$engine/log" || { cat "$work/$engine/log" >&2; exit 1; }
}

# line NAME FILE COLUMN UNIT DIVISOR: one kind of figure, of each engine.
line() {
  local engine
  printf '%-34s' "  $1"
  for engine in "${engines[@]}"; do
    printf '%-48s' "$(cut -d' ' -f"$3" "$work/$engine/$2" | awk -v by="$5" '{ print $1 / by }' | spread "$4")"
  done
  echo
}

engines() {
  local engines=(Embedded) engine round
  build_engine Embedded
  if akka_can_be_restored; then
    build_engine Akka "${akka_args[@]}"
    engines+=(Akka)
  else
    echo "no figures of Akka.NET, which cannot be restored here: $(grep -Eom1 'error .*' "$work/restore.log")"
  fi
  for engine in "${engines[@]}"; do run_engine "$engine" throughput; done
  for round in $(seq 9); do
    for engine in "${engines[@]}"; do run_engine "$engine" starts 0; done
  done
  for round in $(seq 3); do
    for engine in "${engines[@]}"; do run_engine "$engine" idle 20; done
  done
  echo "the engines side by side, medians (and quartiles): ${engines[*]}"
  line 'told by four to one' throughput 1 'million/s' 1000000
  line 'ping-pong of four pairs' throughput 2 'million/s' 1000000
  line 'start to listening' starts 1 ms 1
  line 'resident after 10 s' idle 2 MiB 1
  line 'idle, of a core' idle 3 % 1
  line 'idle, wakes' idle 4 '/s' 1
}

# Five gateways in namespaces of their own, for four minutes.
federation() {
  if ! akka_can_be_restored; then
    echo "no figures of gateways: Akka.NET cannot be restored here: $(grep -Eom1 'error .*' "$work/restore.log")"
    return
  fi
  [ -x "$work/Akka/node/rwhod" ] || build_engine Akka "${akka_args[@]}"
  echo "five gateways, 12,500 hosts with 2 users each, announced every 180 s; the late joiner finds 10,000"
  alone python3 "$here/federation.py" "$work/Akka/node/rwhod" 12500 > >(sed 's/^/  /')
}
