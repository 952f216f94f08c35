# Processes that a script in bin/ starts, each by its id, and ends with itself. To be sourced, behind build.sh.

WORK_DIR=$(mktemp -d)
export WORK_DIR

# start NAME WORD COMMAND...: runs COMMAND as a process of its own and waits until it has printed WORD.
start() {
  local name=$1 word=$2 pid
  shift 2
  : >"$WORK_DIR/$name.log"
  "$@" >>"$WORK_DIR/$name.log" 2>&1 &
  pid=$!
  echo "$pid" >"$WORK_DIR/$name.pid"
  until grep -q "$word" "$WORK_DIR/$name.log"; do
    kill -0 "$pid" 2>/dev/null || {
      echo "$(basename "$0"): $name ended before it was ready; it said:" >&2
      cat "$WORK_DIR/$name.log" >&2
      exit 1
    }
    sleep 0.05
  done
  echo "  $name runs as process $pid"
}

# start_daemon [OPTION...]: its control socket on any port, which services and commands find in SOCKETMASTER_ADDR.
start_daemon() {
  start daemon listening java ${SOCKETMASTER_JAVA_OPTS:-} -jar "$COMMAND_JAR" --bind 127.0.0.1:0 --unix none "$@"
  SOCKETMASTER_ADDR=$(sed -n 's/.*listening *\([0-9.:]*\).*/\1/p' "$WORK_DIR/daemon.log")
  export SOCKETMASTER_ADDR
}

# What was started last ends first: services before the daemon.
stop_all() {
  local file pid
  for file in $(ls -t "$WORK_DIR"/*.pid 2>/dev/null); do
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  done
  rm -rf "$WORK_DIR"
}
trap stop_all EXIT
