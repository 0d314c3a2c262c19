# shellcheck shell=bash
# What blobcache and test ask of the machine: a JDK 25, Maven, packages. To be sourced.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "blobcache: $*"
    exit 1
}

# A JDK tells its version in a file; starting it to ask would cost 50 ms.
is_jdk_25() {
    [[ -x $1/bin/javac && -r $1/release ]] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}

# Sets jdk to the home of a JDK 25: the one that is set, the one on the path, then where systems and tools put them.
find_jdk() {
    local candidate on_path
    if [[ -n ${JAVA_HOME:-} ]] && is_jdk_25 "$JAVA_HOME"; then
        jdk=$JAVA_HOME
        return
    fi
    on_path=$(command -v javac || true)
    if [[ -n $on_path ]]; then
        on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
    fi
    for candidate in "$on_path" /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/java/* /opt/*jdk*25* /opt/java/* /opt/* \
        "$HOME"/.sdkman/candidates/java/25* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/*25* \
        "$HOME"/.asdf/installs/java/*25* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [[ -n $candidate ]] && is_jdk_25 "$candidate"; then
            # shellcheck disable=SC2034 # for whoever sources this
            jdk=$candidate
            return
        fi
    done
    say "blobcache: needs a JDK 25 and found none (JAVA_HOME is '${JAVA_HOME:-}'). Install one of:"
    say "  Debian, Ubuntu   sudo apt-get install openjdk-25-jdk-headless   (or temurin-25-jdk: https://adoptium.net)"
    say "  Fedora, RHEL     sudo dnf install java-25-openjdk-devel"
    say "  any Linux        curl -s https://get.sdkman.io | bash && sdk install java 25-tem"
    say "or set JAVA_HOME to the directory of one that is installed already."
    exit 1
}

need_maven() {
    command -v mvn > /dev/null || install_packages "Maven 3.8 or later builds this project" maven
}

# install_packages REASON PACKAGE...: with apt, as root or through sudo without a password; otherwise says what to do.
install_packages() {
    local reason=$1 as_root=()
    shift
    if ! command -v apt-get > /dev/null; then
        die "needs $* ($reason): install them with this system's package tool"
    fi
    if [[ $(id -u) -ne 0 ]]; then
        if ! sudo -n true 2> /dev/null; then
            die "needs $* ($reason): sudo apt-get install $*"
        fi
        as_root=(sudo -n)
    fi
    say "installing $* ($reason)"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" > /dev/null 2>&1 && return
    "${as_root[@]}" apt-get -qq update > /dev/null 2>&1 || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" > /dev/null ||
        die "could not install $* ($reason): sudo apt-get install $*"
}

has_libfuse2() {
    local file
    for file in /lib/*/libfuse.so.2 /usr/lib/*/libfuse.so.2 /lib64/libfuse.so.2 /usr/lib64/libfuse.so.2 /usr/lib/libfuse.so.2; do
        [[ -e $file ]] && return
    done
    return 1
}

# Its package was renamed with the 64-bit time change.
need_libfuse2() {
    has_libfuse2 && return
    if apt-cache show libfuse2t64 > /dev/null 2>&1; then
        install_packages "$1" libfuse2t64
    else
        install_packages "$1" libfuse2
    fi
}
