# What the commands in bin/ share: where things are, and building what is missing. To be sourced.

ROOT=$(readlink -f "${BASH_SOURCE[0]}")
ROOT=${ROOT%/bin/lib/*}
COMMAND_JAR=$ROOT/socketmaster-cli/target/socketmaster.jar
EXAMPLES_JAR=$ROOT/examples/target/examples.jar

for program in java mvn; do
  command -v "$program" >/dev/null || {
    echo "$(basename "$0"): $program was not found; install a JDK (17 or newer) and Maven (3.8.7 or newer)" >&2
    exit 1
  }
done

# build_if_needed JAR MODULE: builds MODULE and what it needs, unless JAR is newer than all of its sources.
build_if_needed() {
  local jar=$1 module=$2
  if [ -f "$jar" ] && [ -z "$(find "$ROOT"/pom.xml "$ROOT"/*/pom.xml "$ROOT"/*/src/main -newer "$jar" -print -quit)" ]; then
    return
  fi
  echo "building $module (once; this takes about a minute, longer where Maven has to download)" >&2
  (cd "$ROOT" && mvn -q -B -DskipTests -Dspotless.check.skip=true package -pl "$module" -am) >&2
  touch "$jar"
}
