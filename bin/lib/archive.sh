# An archive of the classes that a start loads, so that the next one need not read and check them. To be sourced, behind
# build.sh. It belongs to one jar and one JDK; each pair has its own. Whatever goes wrong with it, the start goes on
# without.

# archive_options JAR: sets ARCHIVE_OPTIONS to what java is given with JAR; makes the archive on first use.
archive_options() {
  local jar=$1 java archive
  ARCHIVE_OPTIONS=()
  java=$(readlink -f "$(command -v java)")
  # A JDK that was updated in its place has a new file of modules.
  archive=$(dirname "$jar")/classes-$(fingerprint "$jar")-$(fingerprint "$java" "${java%/bin/java}/lib/modules").jsa
  if [ ! -e "$archive" ] && [ -w "$(dirname "$jar")" ]; then
    make_archive "$jar" "$archive"
  fi
  # An empty file says that it could not be made, so that not every start tries.
  if [ -s "$archive" ]; then
    ARCHIVE_OPTIONS=("-XX:SharedArchiveFile=$archive" -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off)
  fi
}

# fingerprint FILE...: changes with what the files are.
fingerprint() {
  stat -c '%n %s %Y' "$@" 2>/dev/null | cksum | cut -d ' ' -f 1
}

# make_archive JAR FILE: starts a daemon, registers a service, asks it something, stops. Takes some seconds.
make_archive() {
  local jar=$1 archive=$2 work
  echo "archiving the classes of the start (once for each JDK; some seconds)" >&2
  # Those of earlier jars.
  find "$(dirname "$jar")" -maxdepth 1 -name 'classes-*.jsa' ! -newer "$jar" -delete
  work=$(mktemp -d) || return 0
  if timeout 60 java "$ROOT/bin/lib/Rehearsal.java" "$jar" "$work/classes.jsa" >"$work/log" 2>&1 && [ -s "$work/classes.jsa" ]; then
    mv "$work/classes.jsa" "$archive.$$" && mv "$archive.$$" "$archive"
  else
    echo "that failed, so starts stay slow; it said:" >&2
    tail -n 5 "$work/log" >&2
    : >"$archive"
  fi || true
  rm -rf "$work"
}
