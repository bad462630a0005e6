# shellcheck shell=bash disable=SC2154 # here, site and the statuses are set by lan
# How deploy/lan/lan builds a LAN: the program, then hosts, links and daemons. It is read by that script.

readonly greek=(alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon
  phi chi psi omega)
readonly debian_rwhod=/usr/sbin/rwhod debian_ruptime=/usr/bin/ruptime

# --- The program ---------------------------------------------------------------------------------------------------

build() {
  local log
  command -v dotnet >/dev/null || fail "$absent_status" \
    "no .NET SDK here to build rwhod with: run '$0 build' as a user who has it, or name a built one with --rwhod"
  log=$(mktemp)
  echo "Building rwhod from the sources; this takes some minutes, once."
  # As the user who called sudo, so that nothing in his tree becomes root's.
  if ! ${SUDO_USER:+sudo -u "$SUDO_USER" -H env "PATH=$PATH"} dotnet publish "$here/../../src/Node" \
    -c Release -o "$here/bin" -v quiet >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "$system_status" "rwhod was not built, see above"
  fi
  rm -f "$log"
  touch "$here/bin/rwhod"
}

# The rwhod to run: the one named, what the sources make, or the one installed.
find_program() {
  local built=$here/bin/rwhod sources=$here/../../src
  if [ -n "$program" ]; then
    if [ ! -x "$program" ] || [ ! -f "$program" ]; then fail "$absent_status" "--rwhod: $program is no program"; fi
  elif [ -d "$sources/Node" ]; then
    if [ ! -x "$built" ] || [ -n "$(find "$sources" -type d \( -name obj -o -name bin \) -prune -o \
      -type f -newer "$built" -print -quit)" ]; then build; fi
    program=$built
  else
    program=$(command -v rwhod) || fail "$absent_status" "no rwhod: install it, or name one with --rwhod"
  fi
  program=$(readlink -f "$program")
}

# Whether Debian's programs are there: ours, once installed, have the same names.
has_debian() {
  [ -x $debian_ruptime ] && [ -x $debian_rwhod ] && grep -q 'too many forward requests' $debian_rwhod
}

# --- Up ------------------------------------------------------------------------------------------------------------

# Makes a host: NAME [FOLDER]
make_host() {
  local name=$1 word='' said
  shift
  # In a session of its own, so that neither Ctrl-C nor the terminal's end reaches it.
  exec {said}< <(
    echo $BASHPID >"$(state)/pid/$name"
    exec setsid bash "$here/host" "$name" "$@" <"$(state)/open" 2>"$(state)/errors"
  )
  read -r -t 60 -u "$said" word || true
  exec {said}<&-
  [ "$word" = ready ] || fail "$system_status" "cannot make the host $name: $(cat "$(state)/errors")"
}

# Connects a host with a LAN: HOST INTERFACE LAN ADDRESS
connect() {
  local port=$1.$3 pid
  pid=$(holder "$1")
  ip_on switch <<END
link add $port type veth peer name $2 netns $pid
link set $port master lan$3 up
END
  ip_on "$1" <<END
addr add $4/24 brd + dev $2
link set $2 up
END
}

# Makes a host with its links: NAME RUNS LINK..., a link being INTERFACE,LAN,ADDRESS
add_host() {
  local name=$1 runs=$2 link
  make_host "$name" "$(dirname "$program")"
  echo "$*" >>"$(state)/hosts"
  shift 2
  for link; do
    # shellcheck disable=SC2086 # three words
    connect "$name" ${link//,/ }
  done
  [ "$runs" = Debian ] && return
  mkdir "$(path_on "$name" /run/bin)"
  local called
  for called in rwhod ruptime rwho; do
    ln -s "/run/program/$(basename "$program")" "$(path_on "$name" "/run/bin/$called")"
  done
}

# The hosts' names, and a shell that tells where it is.
furnish() {
  local names name file=$here/../completion/bash/rwhod
  names=$(awk '{ split($3, link, ","); print link[3], $1 }' "$(state)/hosts")
  while read -r name _; do
    printf '127.0.0.1 localhost\n%s\n' "$names" >"$(path_on "$name" /run/hosts)"
    echo "PS1='[\\h] \\w \\\$ '" >"$(path_on "$name" /run/bashrc)"
    [ ! -e "$file" ] || cat "$file" >>"$(path_on "$name" /run/bashrc)"
    enter "$name" mount --bind /run/hosts /etc/hosts
  done <"$(state)/hosts"
}

# Starts our rwhod on a host, and returns when it listens.
start_ours() {
  local name=$1 options=(--interval "$interval")
  [[ $name != relay* ]] || options+=(-f)
  id -u rwhod >/dev/null 2>&1 || options+=(--user nobody)
  # shellcheck disable=SC2016 # for the shell there
  enter "$name" env --default-signal=HUP,INT,QUIT sh -c '
    setsid rwhod "$@" >/run/rwhod.log 2>&1 </dev/null &
    until [ -S /run/rwho/rwhod.sock ]; do
      sleep 0.1
      kill -0 $! 2>/dev/null || exit 1
    done' sh "${options[@]}" && return
  fail "$system_status" "rwhod does not start on $name: $(tail -n 3 "$(path_on "$name" /run/rwhod.log)")"
}

start_all() {
  local name starts=() start
  for name in $(hosts_that_run '^rwhod'); do
    start_ours "$name" &
    starts+=($!)
  done
  for start in "${starts[@]}"; do wait "$start" || exit; done
  for name in $(hosts_that_run '^Debian'); do
    enter "$name" env --default-signal=HUP,INT,QUIT $debian_rwhod ||
      fail "$system_status" "Debian's rwhod does not start on $name"
  done
  # It announces when it starts and then every three minutes; told to read the boot time again it does so at once, which
  # is when all the others listen. Not within the same second: that would be a copy of the first announcement.
  sleep 1
  for name in $(hosts_that_run '^Debian'); do enter "$name" sh -c 'kill -HUP -1'; done
}

# Waits until every host has heard every other one, or for a minute.
await_all() {
  local name hosts deadline=$((SECONDS + 60)) heard
  echo "Waiting until every host has heard every other one ..."
  hosts=$(wc -l <"$(state)/hosts")
  while read -r name _; do
    while
      heard=("$(path_on "$name" /var/spool/rwho)"/whod.*)
      [ ${#heard[@]} -lt "$hosts" ]
    do
      if [ $SECONDS -ge $deadline ]; then
        echo "$name has heard ${#heard[@]} of $hosts hosts so far; its log: $me run $name cat /run/rwhod.log"
        return
      fi
      sleep 0.1
    done
  done <"$(state)/hosts"
}

lay_out() {
  local lan place number=0 name
  for ((lan = 1; lan <= lans; lan++)); do
    echo "link add lan$lan type bridge mcast_snooping 0"
    echo "link set lan$lan up"
  done | ip_on switch
  for ((lan = 1; lan <= lans; lan++)); do
    for ((place = 1; place <= count; place++)); do
      name=${greek[number++]-host$number}
      if ((place > count - debians)); then add_host "$name" Debian "eth0,$lan,10.77.$lan.$place"
      else add_host "$name" rwhod "eth0,$lan,10.77.$lan.$place"; fi
    done
    ((lan == lans)) || add_host "relay$lan" rwhod-f \
      "eth0,$lan,10.77.$lan.253" "eth1,$((lan + 1)),10.77.$((lan + 1)).254"
  done
}

number_in() {
  if [[ ! $2 =~ ^[0-9]{1,3}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then misused "$1 is from $3 to $4, not '$2'"; fi
}

# The first hosts of each kind that there are, for advice.
advise() {
  local ours other debian
  ours=$(hosts_that_run '^rwhod$' | head -n 1)
  other=$(hosts_that_run '^rwhod' | sed -n 2p)
  debian=$(hosts_that_run '^Debian' | head -n 1)
  echo
  echo "Try:"
  [ -z "$ours" ] || try "run $ours ruptime --watch" "the board, live; Ctrl-C ends"
  [ -z "$ours" ] || try "run $ours rwho" "ann and bob are made up: $me login HOST USER"
  [ -z "$debian" ] || try "run $debian ruptime" "what Debian's programs make of it"
  [ -z "$ours" ] || try "shell $ours" "look around; exit leaves"
  [ -z "$other" ] || try "cut $other" "pull a cable; heal plugs it in again"
  try down "take everything down"
}

try() { printf '  %-*s  %s\n' $((${#me} + 26)) "$me $1" "$2"; }

up() {
  local count=3 debians='' lans=1 interval=5s program='' name
  while [ $# -gt 0 ]; do
    case $1 in
      --debian | --lans | --interval | --rwhod) [ $# -gt 1 ] || misused "$1 takes a value" ;;&
      --debian) debians=$2; shift 2 ;;
      --lans) lans=$2; shift 2 ;;
      --interval) interval=$2; shift 2 ;;
      --rwhod) program=$2; shift 2 ;;
      -*) misused "unknown option $1" ;;
      *) count=$1; shift ;;
    esac
  done
  number_in N "$count" 1 200
  number_in --lans "$lans" 1 20
  if [ -z "$debians" ]; then
    if has_debian && ((count > 1)); then debians=1; else debians=0; fi
  fi
  number_in --debian "$debians" 0 "$count"
  ((debians == 0)) || has_debian || fail "$absent_status" \
    "Debian's rwhod is not here: apt-get install rwho rwhod (its daemon starts on this machine's networks, too)"
  [ ! -e "$(state)" ] || fail "$system_status" "there is a LAN already: $me down takes it down, --site makes another"
  find_program

  mkdir -p "$(dirname "$(state)")"
  mkdir -m 755 "$(state)" || fail "$system_status" "somebody else makes this LAN just now"
  trap 'down >/dev/null; echo "lan: what there was of it is gone again" >&2' EXIT
  trap 'exit $((128 + 2))' INT TERM HUP
  mkdir "$(state)/pid"
  mkfifo -m 600 "$(state)/open"
  # shellcheck disable=SC2016 # for the shell that becomes the keeper
  setsid bash -c 'echo $$ >"$1/keeper"; exec sleep infinity' bash "$(state)" <>"$(state)/open" >/dev/null 2>&1 &
  until [ -s "$(state)/keeper" ]; do sleep 0.01; done
  make_host switch
  lay_out
  furnish
  login alpha ann
  ((count == 1)) || login beta bob
  start_all
  await_all
  trap - EXIT
  list
  advise
}
