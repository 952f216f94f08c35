#!/usr/bin/env bash
# Real servers behind `socketmaster forward` on plain TCP routes: PostgreSQL, Redis with pipelining, an SMTP server (which
# speaks first) and sftp with 1 GiB. Each is used, stopped, asked while it is down, and started again: who asks must wait and be
# answered. Names of some may be given: smtp redis postgresql sftp. Prints a line for each; exit code 0 only if all went well. As root; a server that is not installed is left out.
# Debian: postgresql redis-server redis-tools openssh-server openssh-client python3
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
SM=${SOCKETMASTER:-$here/../bin/socketmaster}
BYTES=${BYTES:-1073741824}
work=$(mktemp -d)
chmod 755 "$work"
pids=()
stop_all() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ ! -e "$work/pg/postmaster.pid" ] || as_postgres pg_ctl -D "$work/pg" -m immediate -s stop || true
  rm -rf "$work"
}
trap stop_all EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
seconds_since() { python3 -c "import time; print(f'{time.time() - $1:.1f} s')"; }
now() { date +%s.%N; }

# wait_for WORD FILE
wait_for() { for _ in $(seq 300); do grep -q "$1" "$2" 2>/dev/null && return; sleep 0.1; done; cat "$2" >&2; return 1; }

# forward TARGET: prints nothing; the public port is in $public.
forward() {
  local log=$work/forward.$1.log
  "$SM" forward --port 0 --address 127.0.0.1 --hold 30s "$1" >"$log" 2>&1 &
  pids+=($!)
  wait_for '^Forwarding' "$log"
  public=$(sed -n 's/^Forwarding tcp 127.0.0.1:\([0-9]*\).*/\1/p' "$log")
}

as_postgres() { su postgres -s /bin/sh -c "cd / && PATH=$(echo /usr/lib/postgresql/*/bin):\$PATH exec $(printf '%q ' "$@")"; }

"$SM" --bind 127.0.0.1:0 --unix none >"$work/daemon.log" 2>&1 &
pids+=($!)
wait_for listening "$work/daemon.log"
SOCKETMASTER_ADDR=$(grep -o '127.0.0.1:[0-9]*' "$work/daemon.log" | head -1)
export SOCKETMASTER_ADDR

postgresql() {
  local port began waited
  port=$(free_port)
  mkdir "$work/pg"
  chown postgres "$work/pg"
  as_postgres initdb -D "$work/pg" -A trust >/dev/null
  local options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp"
  as_postgres pg_ctl -D "$work/pg" -l "$work/pg/log" -o "$options" -s -w start
  forward "127.0.0.1:$port"
  local here=(-h 127.0.0.1 -p "$public" -U postgres)
  [ "$(psql "${here[@]}" -Atc 'select sum(i) from generate_series(1, 1000000) i')" = 500000500000 ]
  as_postgres pgbench "${here[@]}" -i -q postgres 2>/dev/null
  as_postgres pgbench "${here[@]}" -c 8 -j 2 -T 5 postgres >"$work/pgbench" 2>&1
  as_postgres pg_ctl -D "$work/pg" -m fast -s -w stop
  began=$(now)
  psql "${here[@]}" -Atc 'select 6 * 7' >"$work/answer" &
  waited=$!
  sleep 1
  as_postgres pg_ctl -D "$work/pg" -l "$work/pg/log" -o "$options" -s -w start
  wait "$waited"
  [ "$(cat "$work/answer")" = 42 ]
  echo "PostgreSQL  $(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$work/pgbench" | head -1) tps with 8 clients, failed transactions: $(
    sed -n 's/^number of failed transactions: //p' "$work/pgbench"); a query during a restart was answered after $(seconds_since "$began")"
  as_postgres pg_ctl -D "$work/pg" -m fast -s -w stop
}

redis() {
  local port began waited
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 &
  local server=$!
  wait_for 'Ready to accept' "$work/redis.log"
  forward "localhost:$port"
  redis-benchmark -p "$public" -P 32 -c 20 -n 400000 -r 100000 -t set,get --csv >"$work/benchmark" 2>/dev/null
  (seq 100000 | sed 's/.*/INCR counter/'; echo PING) | redis-cli -p "$public" --pipe >"$work/pipe"
  [ "$(redis-cli -p "$public" get counter)" = 100000 ]
  kill "$server"
  wait "$server" 2>/dev/null || true
  began=$(now)
  redis-cli -p "$public" set back again >"$work/answer" &
  waited=$!
  sleep 1
  redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" 2>&1 &
  pids+=($!)
  wait "$waited"
  [ "$(cat "$work/answer")" = OK ]
  echo "Redis       $(awk -F'"' '/^"[SG]ET/ { printf "%s %d a second, ", $2, $4 }' "$work/benchmark")pipelines of 32; 100000 of 100000 INCR counted; a SET during a restart was answered after $(seconds_since "$began")"
}

smtp() {
  local port began
  port=$(free_port)
  python3 - "$port" >/dev/null 2>&1 <<'PY' &
import socketserver, sys, time
time.sleep(1)
class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        for line in self.rfile:
            word = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            self.wfile.write({b"EHLO": b"250 mail.example\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n"))
            if word == b"QUIT":
                return
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128
Server(("127.0.0.1", int(sys.argv[1])), Mail).serve_forever()
PY
  pids+=($!)
  forward "localhost:$port"
  began=$(now)
  python3 - "$public" <<'PY'
import smtplib, sys
for i in range(200):
    with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30) as client:
        assert client.ehlo()[0] == 250 and client.noop()[0] == 250
PY
  echo "SMTP        200 sessions greeted by the server first, the first of them begun before it listened: $(seconds_since "$began")"
}

sftp_1_gib() {
  local port began put
  port=$(free_port)
  mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$work/host"
  ssh-keygen -q -t ed25519 -N '' -f "$work/user"
  chmod 700 "$work"
  printf '%s\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $work/host" "AuthorizedKeysFile $work/user.pub" \
    'StrictModes no' 'UsePAM no' "PidFile none" 'Subsystem sftp internal-sftp' >"$work/sshd_config"
  /usr/sbin/sshd -D -e -f "$work/sshd_config" >"$work/sshd.log" 2>&1 &
  pids+=($!)
  wait_for 'Server listening' "$work/sshd.log"
  forward "localhost:$port"
  openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c "$BYTES" >"$work/there" || true
  local options=(-q -b - -P "$public" -i "$work/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null)
  began=$(now)
  echo "put $work/there $work/across" | sftp "${options[@]}" root@127.0.0.1 >/dev/null
  put=$(seconds_since "$began")
  began=$(now)
  echo "get $work/across $work/back" | sftp "${options[@]}" root@127.0.0.1 >/dev/null
  cmp "$work/there" "$work/across"
  cmp "$work/there" "$work/back"
  echo "sftp        $BYTES bytes put in $put, got in $(seconds_since "$began"), both the same"
}

run_if() {
  local name=$1 program
  shift
  for program in "$@"; do
    command -v "$program" >/dev/null || { echo "$name: left out, $program was not found"; return; }
  done
  "$name"
}
for name in "${@:-smtp redis postgresql sftp}"; do
  for each in $name; do
    case $each in
      smtp) run_if smtp python3 ;;
      redis) run_if redis redis-server redis-cli redis-benchmark ;;
      postgresql) run_if postgresql psql pgbench ;;
      sftp) run_if sftp_1_gib sftp /usr/sbin/sshd openssl ;;
      *) echo "programs.sh: there is no '$each'; name some of smtp redis postgresql sftp" >&2; exit 2 ;;
    esac
  done
done
