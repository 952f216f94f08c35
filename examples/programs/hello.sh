#!/usr/bin/env bash
# A service of nc (OpenBSD's) and a shell: socketmaster run --port 8000 --path / -- ./hello.sh
# nc takes one connection after the other; two pipes join it to what answers.
set -euo pipefail
pipes=$(mktemp -d)
mkfifo "$pipes/requests" "$pipes/answers"
exec 3<>"$pipes/requests" 4<>"$pipes/answers"
rm -r "$pipes"

answer() {
  local body="hello from nc, process $$"$'\n' line
  while IFS= read -r line; do
    # An empty line ends a request's head.
    if [ "$line" = $'\r' ]; then
      printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' ${#body} "$body"
    fi
  done
}

answer <&3 >&4 &
nc -lk 127.0.0.1 "$PORT" >&3 <&4 &
trap 'kill $(jobs -p)' TERM INT
wait -n || true # until it is told to stop, or one of the two ends
