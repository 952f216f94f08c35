# An archive of the classes that a start loads, so that the next one need not read and check them. To be sourced, behind
# build.sh. It belongs to one jar and one JDK; each pair has its own. Whatever goes wrong with it, the start goes on
# without. Every start waits for this, so it starts as few programs as it can: each takes a millisecond or more.

# archive_options JAR: sets JDK_OPTIONS to what this JDK is given, and ARCHIVE_OPTIONS to what it is given with JAR; makes the
# archive on first use.
archive_options() {
  local jar=$1 java home release='' archive make
  # Reflection is for the start only: from JDK 18 on it would compile each field and constructor that is used once.
  JDK_OPTIONS=(-Djdk.reflect.useNativeAccessorOnly=true)
  ARCHIVE_OPTIONS=()
  java=$(readlink -f "$(command -v java)")
  home=${java%/bin/java}
  # A JDK that was updated in its place has a new file of modules.
  archive=${jar%/*}/classes-$(fingerprint "$jar" "$java" "$home/lib/modules")
  # From 25 on a cache of linked classes and profiles is made in one run; it starts faster than an archive of classes.
  if [ -r "$home/release" ]; then
    # To its end, where there is no delimiter: that is status 1.
    read -r -d '' release <"$home/release" || true
  fi
  [[ $release =~ JAVA_VERSION=\"([0-9]+) ]] && release=${BASH_REMATCH[1]} || release=0
  # Without it Netty links malloc and free by method handles, which takes a quarter of the start. These two have the option.
  if [ "$release" -eq 24 ] || [ "$release" -eq 25 ]; then
    JDK_OPTIONS+=(--sun-misc-unsafe-memory-access=allow)
  fi
  if [ "$release" -ge 25 ]; then
    archive+=.aot
    make=-XX:AOTCacheOutput=
    ARCHIVE_OPTIONS=("-XX:AOTCache=$archive" -Xlog:aot=off)
  else
    archive+=.jsa
    make=-XX:ArchiveClassesAtExit=
    ARCHIVE_OPTIONS=("-XX:SharedArchiveFile=$archive" -Xshare:auto)
  fi
  # What does not fit is left aside without a word.
  ARCHIVE_OPTIONS+=(-Xlog:cds=off -Xlog:cds+dynamic=off)
  if [ ! -e "$archive" ] && [ -w "${jar%/*}" ]; then
    make_archive "$jar" "$archive" "$make"
  fi
  # An empty file says that it could not be made, so that not every start tries.
  if [ ! -s "$archive" ]; then
    ARCHIVE_OPTIONS=()
  fi
}

# fingerprint FILE...: changes with what the files are.
fingerprint() {
  local files sum
  files=$(stat -c '%n %s %Y' "$@" 2>/dev/null || true)
  sum=$(cksum <<<"$files")
  echo "${sum%% *}"
}

# make_archive JAR FILE OPTION: starts a daemon with OPTION and JDK_OPTIONS, registers a service, asks it something, stops. Some seconds.
make_archive() {
  local jar=$1 archive=$2 make=$3 work file
  echo "archiving the classes of the start (once for each JDK; some seconds)" >&2
  # Those of earlier jars.
  find "${jar%/*}" -maxdepth 1 \( -name 'classes-*.jsa' -o -name 'classes-*.aot' \) ! -newer "$jar" -delete || true
  work=$(mktemp -d) || return 0
  file=$work/${archive##*/}
  if timeout 60 java "$ROOT/bin/lib/Rehearsal.java" "$jar" "$make$file" "${JDK_OPTIONS[@]}" >"$work/log" 2>&1 && [ -s "$file" ]; then
    # In one step, for others may start at the same time.
    mv "$file" "$archive.$$" && mv "$archive.$$" "$archive"
  else
    echo "that failed, so starts stay slow; it said:" >&2
    tail -n 5 "$work/log" >&2
    : >"$archive"
  fi || true
  rm -rf "$work" "$archive.$$"
}
