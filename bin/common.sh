# Sourced by the other scripts: where the checkout is, the JDK and Maven to use, and when there is something to build.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar="$root/target/quarkus-app/quarkus-run.jar"

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Prints the major version of the JDK in a folder, 0 when there is none. Its release file says it a tenth of a second sooner.
jdk_version() {
    [ -x "$1/bin/javac" ] || { echo 0; return; }
    sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$1/release" 2>/dev/null | grep . || "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9][0-9]*\).*/\1/p' | grep . || echo 0
}

# Sets JAVA_HOME to a JDK 25 or later: that of JAVA_HOME, of the PATH, or of the usual folders
find_jdk() {
    local candidate seen="" version on_path=""
    if command -v javac >/dev/null 2>&1; then
        on_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)" 2>/dev/null || command -v javac)")")
    fi
    for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/* /opt/java/* /usr/java/* /usr/local/java/* \
            "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
            "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
            /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        [ -n "$candidate" ] || continue
        version=$(jdk_version "$candidate")
        if [ "$version" -ge 25 ]; then
            export JAVA_HOME="$candidate"
            return
        fi
        [ "$version" -eq 0 ] || seen="$seen"$'\n'"  JDK $version in $candidate"
    done
    fail "Penstock needs a JDK 25 or later, and none was found. Install one (Temurin, for example), or set JAVA_HOME to it." \
        "Found instead:${seen:-" no JDK at all"}"
}

# Checks that there is a Maven 3.8.6 or later
find_maven() {
    local version
    command -v mvn >/dev/null 2>&1 \
        || fail "Penstock is built with Maven 3.8.6 or later, and there is no mvn on the PATH. Install it (package: maven)."
    # Maven 3 itself warns on JDKs this new
    export MAVEN_OPTS="${MAVEN_OPTS:---sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED}"
    version=$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p' | head -n 1)
    [ "$(printf '%s\n' 3.8.6 "${version:-0}" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = 3.8.6 ] \
        || fail "Penstock is built with Maven 3.8.6 or later; the mvn on the PATH is ${version:-of an unknown version}."
}

# stale STAMP FOLDER...: whether anything in the folders, or the pom, is newer than the last build that finished
stale() {
    local stamp="$1"
    shift
    [ -f "$jar" ] && [ -f "$stamp" ] || return 0
    [ -n "$(cd "$root" && find pom.xml "$@" -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

# build STAMP PROGRESS MAVEN_ARG...: keeps Maven's words in target/build.log and pipes them through PROGRESS to stderr
build() {
    local stamp="$1" show="$2" log="$root/target/build.log"
    shift 2
    find_maven
    mkdir -p "$root/target"
    # What is edited during the build belongs to the next one
    touch "$stamp.started"
    if ! (cd "$root" && mvn -B "$@" </dev/null 2>&1) | tee "$log" | "$show" >&2; then
        tail -n 40 "$log" >&2
        fail "The build failed; all Maven said is in $log"
    fi
    mv "$stamp.started" "$stamp"
}

# build_test_classes WHAT FOLDERS: builds Penstock and the test tree when a folder has changed
build_test_classes() {
    local what="$1" folders="$2" stamp="$root/target/.built-tests"
    find_jdk
    # shellcheck disable=SC2086 # several folders, by intent
    if [ ! -f "$root/target/test-classpath.txt" ] || stale "$stamp" $folders; then
        echo "Building Penstock and $what (the first time, Maven downloads what they need) ..." >&2
        build "$stamp" steps package -DskipTests \
            org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath \
            -Dmdep.outputFile=target/test-classpath.txt -Dmdep.includeScope=test
        touch -r "$stamp" "$root/target/.built-main"
    fi
}

# run_test_class [-DNAME=VALUE] CLASS ARG...: runs a main class of the test tree.
# With test_heap, other than 1g; with fast_starts, the Penstocks it starts do so from the AOT cache.
run_test_class() {
    cd "$root"
    exec "$JAVA_HOME/bin/java" "-Xmx${test_heap:-1g}" ${fast_starts:+"-Dpenstock.test.arguments=$(aot_arguments)"} --enable-native-access=ALL-UNNAMED \
        -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
        -cp "$root/target/test-classes:$root/target/classes:$(cat target/test-classpath.txt)" "$@"
}

# Prints the whole path of an executable that is to be tested instead of the jar
executable() {
    [ -f "${1:-}" ] && [ -x "$1" ] || fail "--native wants the path of an executable"
    printf '%s/%s\n' "$(cd "$(dirname "$1")" && pwd)" "$(basename "$1")"
}

quiet() {
    cat >/dev/null
}

# Maven's steps, and every fiftieth download so that a first build is seen to move
steps() {
    awk '/^\[INFO\] --- / { print "  " $3; fflush(); next }
         /Downloaded from/ { if (++files % 50 == 0) { print "  " files " files downloaded"; fflush() } }'
}

# What java is started with so that it starts fast: the options file of an AOT cache that fits jar and JDK, or nothing. It is made
# anew when one of them or its making has changed; when that fails, it is not tried again until they change.
aot_arguments() {
    local folder="$root/target/aot" key
    [ "${PENSTOCK_AOT:-on}" != off ] || return 0
    # A collector that the user wants can't be given beside the one in the file.
    case "${JAVA_OPTS:-}" in *-XX:+Use*GC*) return 0 ;; esac
    key="$(cksum <"$JAVA_HOME/release" 2>/dev/null) $JAVA_HOME $(cksum <"$jar") $(cksum <"$root/bin/aot-cache") $(cd "$root/target" && ls -lnR quarkus-app 2>/dev/null | cksum)"
    if [ "$(cat "$folder/key" 2>/dev/null)" != "$key" ]; then
        mkdir -p "$folder"
        # Two at once would spoil each other's: the second one starts without.
        if ! (set -C; echo $$ >"$folder/making") 2>/dev/null; then
            ! kill -0 "$(cat "$folder/making" 2>/dev/null)" 2>/dev/null || return 0
            echo $$ >"$folder/making"
        fi
        echo "Making the AOT cache for fast starts, once for this build (PENSTOCK_AOT=off does without) ..." >&2
        "$root/bin/aot-cache" "$root/target/quarkus-app" "$JAVA_HOME" "$folder" </dev/null >&2 || true
        printf '%s\n' "$key" >"$folder/key"
        rm -f "$folder/making"
    fi
    if [ -s "$folder/penstock.aot" ]; then
        printf '%s\n' "$folder/penstock.args"
    fi
}
