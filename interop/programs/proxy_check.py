#!/usr/bin/env python3
"""Real programs through `socketmaster proxy`, over `socketmaster switch`.

    interop/programs/proxy_check.py [--megabytes 1024] [SOCKETMASTER]

SOCKETMASTER is the command to test; default: bin/socketmaster. Uses what it finds of redis-server, PostgreSQL (postgres, initdb,
pgbench) and OpenSSH (sshd, sftp), and says what it did not find (Debian: redis-server postgresql openssh-server). Exit 0: nothing
was lost. Everything runs on loopback, in a temporary directory, and ends with the script.
"""
import argparse, contextlib, glob, hashlib, os, pwd, shutil, signal, socket, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"gave up waiting for {what}")
        time.sleep(0.05)


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Proxy:
    """A daemon in the foreground with one backend, and its switch."""

    def __init__(self, command, backend):
        self.port, self.http = free_port(), free_port()
        self.process = subprocess.Popen(
            [command, "proxy", "--foreground", "--http-port", str(self.http), f"127.0.0.1:{self.port}", backend],
            stdout=subprocess.DEVNULL)
        until(lambda: answers(self.http) and self.ask("/current"), "the proxy")

    def ask(self, target):
        """Whether the small switch says 200."""
        with socket.create_connection(("127.0.0.1", self.http)) as door:
            door.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            return b" 200 " in door.makefile("rb").readline()

    def switch(self, backend):
        assert self.ask(f"/switch?backend={backend}"), f"the switch to {backend} was refused"

    def descriptors(self):
        # The command may be a script that starts Java.
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)


class Banner:
    """A server that speaks first, then echoes."""

    def __init__(self, name):
        self.name, self.server = name, socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.server.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, contextlib.suppress(OSError):
            client.sendall(f"220 {self.name}\r\n".encode())
            while data := client.recv(65536):
                client.sendall(data)


def switching(proxy, backends, work):
    """Runs `work` while the proxy is switched to and fro."""
    failures = []

    def guarded():
        try:
            work()
        except Exception as failure:  # shown as the check's result
            failures.append(failure)

    thread = threading.Thread(target=guarded)
    thread.start()
    count = 0
    while thread.is_alive():
        proxy.switch(backends[(count + 1) % len(backends)])
        count += 1
        thread.join(0.25)
    if failures:
        raise failures[0]
    return count


def in_parallel(threads, job):
    failures = []

    def run(index):
        try:
            job(index)
        except Exception as failure:
            failures.append(failure)

    all_threads = [threading.Thread(target=run, args=(index,)) for index in range(threads)]
    for each in all_threads:
        each.start()
    for each in all_threads:
        each.join()
    if failures:
        raise failures[0]


def check_descriptors(command, _):
    one = Banner("one")
    with Proxy(command, one.address) as proxy:
        def connections(count):
            for _ in range(count):
                with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                    client.sendall(b"x")
                    client.shutdown(socket.SHUT_WR)
                    assert client.makefile("rb").read() == b"220 one\r\nx"

        in_parallel(4, lambda _: connections(100))
        before = proxy.descriptors()
        in_parallel(4, lambda _: connections(2500))
        until(lambda: proxy.descriptors() <= before, "the last descriptors", 10)
        return f"10000 connections opened and closed; descriptors {before} before, {proxy.descriptors()} after"


def check_banner(command, _):
    one, two = Banner("one"), Banner("two")
    seen = {"one": 0, "two": 0}
    with Proxy(command, one.address) as proxy:
        def work():
            for _ in range(5000):
                with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                    name = client.makefile("rb").readline().split()[1].decode()
                    seen[name] += 1

        switches = switching(proxy, [one.address, two.address], work)
    assert seen["one"] and seen["two"], seen
    return f"5000 connections over {switches} switches, {seen}; 0 lost"


def check_redis(command, directory):
    if not shutil.which("redis-server"):
        return None
    ports = [free_port(), free_port()]
    servers = [
        subprocess.Popen(["redis-server", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", directory],
                         stdout=subprocess.DEVNULL) for port in ports]
    try:
        for port in ports:
            until(lambda port=port: answers(port), "redis")
        with Proxy(command, f"127.0.0.1:{ports[0]}") as proxy:
            rounds, depth = 300, 200

            def session(index):
                for connection in range(rounds):
                    key = f"key:{index}:{connection}"
                    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                        command_bytes = f"*2\r\n$4\r\nINCR\r\n${len(key)}\r\n{key}\r\n".encode()
                        client.sendall(command_bytes * depth)
                        replies = client.makefile("rb")
                        for expected in range(1, depth + 1):
                            assert replies.readline() == f":{expected}\r\n".encode()

            switches = switching(proxy, [f"127.0.0.1:{port}" for port in ports],
                                 lambda: in_parallel(8, session))
        return f"{8 * rounds * depth} pipelined INCR on {8 * rounds} connections over {switches} switches; 0 lost"
    finally:
        for server in servers:
            server.terminate()
            server.wait()


def check_postgres(command, directory):
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not binaries or not shutil.which("pgbench"):
        return None
    bin_directory, data = binaries[-1], os.path.join(directory, "pg")
    os.mkdir(data)
    as_user = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chmod(directory, 0o755)
        os.chown(data, user.pw_uid, user.pw_gid)
        as_user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    port = free_port()
    subprocess.run(as_user + [f"{bin_directory}/initdb", "-D", data, "-U", "bench", "-A", "trust"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        as_user + [f"{bin_directory}/postgres", "-D", data, "-p", str(port), "-k", data, "-h", "127.0.0.1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port), "postgres")
        tcp, unix = f"127.0.0.1:{port}", f"unix:{data}/.s.PGSQL.{port}"
        with Proxy(command, tcp) as proxy:
            bench = ["pgbench", "-h", "127.0.0.1", "-p", str(proxy.port), "-U", "bench", "postgres"]
            subprocess.run(bench + ["-i", "-s", "1", "-q"], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            results = []

            def work():
                for arguments in (["-C"], []):  # a connection for each transaction; one for all
                    run = subprocess.run(bench + ["-c", "4", "-t", "250", "-n"] + arguments, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True)
                    assert run.returncode == 0 and "processed: 1000/1000" in run.stdout, run.stdout
                    results.append(run.stdout)

            switches = switching(proxy, [tcp, unix], work)
        return f"2 x 1000 pgbench transactions, half of them each on a new connection, over {switches} switches" \
               " between TCP and its Unix socket; 0 lost"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def check_sftp(command, directory):
    sshd = shutil.which("sshd") or "/usr/sbin/sshd"
    if not os.path.exists(sshd) or not shutil.which("sftp") or os.geteuid() != 0:
        return None
    ssh = os.path.join(directory, "ssh")
    os.makedirs("/run/sshd", exist_ok=True)
    os.mkdir(ssh, 0o700)
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{ssh}/{key}"], check=True)
    shutil.copy(f"{ssh}/user.pub", f"{ssh}/authorized_keys")
    ports = [free_port(), free_port()]
    servers = [
        subprocess.Popen([sshd, "-D", "-f", "/dev/null", "-h", f"{ssh}/host", "-o", f"ListenAddress=127.0.0.1:{port}",
                          "-o", f"AuthorizedKeysFile={ssh}/authorized_keys", "-o", "StrictModes=no", "-o",
                          "PidFile=none", "-o", "PermitRootLogin=yes", "-o", "Subsystem=sftp internal-sftp"],
                         stderr=subprocess.DEVNULL) for port in ports]
    try:
        for port in ports:
            until(lambda port=port: answers(port), "sshd")
        sent, received = os.path.join(directory, "sent"), os.path.join(directory, "received")
        digest = hashlib.sha256()
        with open(sent, "wb") as file:
            for _ in range(OPTIONS.megabytes):
                block = os.urandom(1 << 20)
                digest.update(block)
                file.write(block)
        with Proxy(command, f"127.0.0.1:{ports[0]}") as proxy:
            def work():
                batch = f"put {sent} {received}.there\nget {received}.there {received}\n"
                run = subprocess.run(
                    ["sftp", "-q", "-b", "-", "-P", str(proxy.port), "-i", f"{ssh}/user", "-o",
                     "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
                     "root@127.0.0.1"], input=batch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                assert run.returncode == 0, run.stdout

            started = time.monotonic()
            switches = switching(proxy, [f"127.0.0.1:{port}" for port in ports], work)
            seconds = time.monotonic() - started
        with open(received, "rb") as file:
            assert hashlib.file_digest(file, "sha256").digest() == digest.digest(), "digests differ"
        return f"{OPTIONS.megabytes} MiB there and back in {seconds:.0f} s over {switches} switches; digests equal"
    finally:
        for server in servers:
            server.terminate()
            server.wait()


def main():
    failed = 0
    for name, check in (("descriptors", check_descriptors), ("banner", check_banner), ("redis", check_redis),
                        ("postgres", check_postgres), ("sftp", check_sftp)):
        with tempfile.TemporaryDirectory(prefix="smp") as directory:
            try:
                result = check(OPTIONS.socketmaster, directory)
                print(f"{name:12} {'not found here' if result is None else 'ok    ' + result}", flush=True)
            except (Exception, SystemExit) as failure:
                failed += 1
                print(f"{name:12} FAILED {failure!r}", flush=True)
    return 1 if failed else 0


PARSER = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
PARSER.add_argument("--megabytes", type=int, default=1024, help="what sftp carries each way; default 1024")
PARSER.add_argument("socketmaster", nargs="?", default=os.path.join(ROOT, "bin", "socketmaster"))
OPTIONS = PARSER.parse_args()
if __name__ == "__main__":
    sys.exit(main())
