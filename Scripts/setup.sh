#!/bin/sh
# Checks the tools that a task needs and installs those that are missing, where it may.
#
#   Scripts/setup.sh [build] [conformance] [benchmark] [slurm]
#
# slurm is for tests of sweeps on a cluster, which are skipped without it: where it cannot be installed this is said, and no failure.
#
# Debian packages come through apt-get when this runs as root or sudo asks for no password. Otherwise the exact command is
# printed and the script fails. Swift itself is not in Debian; where it is missing the script says how to get it.
#
# SWIFT names the Swift driver.
set -eu

: "${SWIFT:=swift}"
oldest_swift=6.2

packages=""
# Those whose absence is said and no failure.
wanted=""
need() { case " $packages " in *" $1 "*) ;; *) packages="$packages $1" ;; esac; }
has() { command -v "$1" >/dev/null 2>&1; }

# The package of a shared library, for those that a Swift toolchain links.
library_package() {
    case $1 in
    libxml2.so.2) echo libxml2 ;;
    libcurl.so.4) echo libcurl4 ;;
    libsqlite3.so.0) echo libsqlite3-0 ;;
    libedit.so.2) echo libedit2 ;;
    libncursesw.so.6 | libncurses.so.6) echo libncurses6 ;;
    libtinfo.so.6) echo libtinfo6 ;;
    libz.so.1) echo zlib1g ;;
    libuuid.so.1) echo libuuid1 ;;
    libstdc++.so.6) echo libstdc++6 ;;
    libgcc_s.so.1) echo libgcc-s1 ;;
    *) echo "" ;;
    esac
}

missing_libraries() {
    for tool in swift-build swift-test swift-frontend clang; do
        ldd "$1/$tool" 2>/dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p'
    done | sort -u
}

check_build() {
    has git || need git
    if [ "$(uname -s)" = Linux ]; then
        # The C library's headers and start files, which the Swift linker uses, come with a C compiler.
        has cc || need gcc
        has ld || need binutils
        ls /usr/include/c++/*/string >/dev/null 2>&1 || ls /usr/include/*/c++/*/string >/dev/null 2>&1 || need libstdc++-dev
        # Results of sweeps are SQLite files.
        ls /usr/include/sqlite3.h >/dev/null 2>&1 || ls /usr/local/include/sqlite3.h >/dev/null 2>&1 || need libsqlite3-dev
        # The mapper and the verifier stand on Z3.
        ls /usr/include/z3.h >/dev/null 2>&1 || ls /usr/local/include/z3.h >/dev/null 2>&1 || need libz3-dev
        [ -e /etc/localtime ] || [ -d /usr/share/zoneinfo ] || need tzdata
        [ -e /etc/ssl/certs/ca-certificates.crt ] || need ca-certificates
    fi
    driver=$(command -v "${SWIFT%% *}" || true)
    [ -n "$driver" ] || return 0
    toolchain=$(dirname "$(readlink -f "$(command -v swift || echo "$driver")")")
    for library in $(missing_libraries "$toolchain"); do
        package=$(library_package "$library")
        if [ -n "$package" ]; then
            need "$package"
        else
            echo "setup: the Swift toolchain in $toolchain needs $library; install the package that has it" >&2
            exit 69
        fi
    done
}

check_conformance() {
    has python3 || need python3
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || need python3-venv
}

check_benchmark() {
    has valgrind || need valgrind
    has clang || has cc || need gcc
    [ -x /usr/bin/time ] || need time
    has python3 || need python3
    has strip || need binutils
}

check_slurm() {
    [ "$(uname -s)" = Linux ] && has apt-get || return 0
    if ! has_daemon slurmctld || ! has_daemon slurmd || ! has sbatch; then wanted="$wanted slurm-wlm"; fi
    has_daemon munged || wanted="$wanted munge"
}

# Daemons lie where only root's path leads.
has_daemon() { has "$1" || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }

# Installs what is wanted, or says what goes without it.
install_wanted() {
    [ -n "$wanted" ] || return 0
    if [ "$(id -u)" = 0 ]; then as_root=""; elif has sudo && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=none; fi
    # shellcheck disable=SC2086
    if [ "$as_root" != none ] && $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends $wanted >/dev/null; then
        return 0
    fi
    echo "setup: tests of sweeps on a cluster will be skipped; to have them: sudo apt-get install$wanted" >&2
}

# libstdc++-dev is a name of ours: Debian numbers the package with the compiler's version.
resolve() {
    for package in $packages; do
        if [ "$package" = libstdc++-dev ]; then
            package=$(apt-cache search --names-only '^libstdc\+\+-[0-9]+-dev$' | sed 's/ .*//' | sort -V | tail -n 1)
            package=${package:-g++}
        fi
        printf ' %s' "$package"
    done
}

install() {
    [ -n "$packages" ] || return 0
    if ! has apt-get; then
        echo "setup: missing:$packages; install them with this system's package manager" >&2
        exit 69
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif has sudo && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        echo "setup: missing packages; install them with:" >&2
        echo "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends$(resolve)" >&2
        exit 69
    fi
    echo "setup: installing$packages" >&2
    # The first word of the commands is sudo or nothing.
    # shellcheck disable=SC2086
    {
        $as_root apt-get update -qq
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends $(resolve) >/dev/null
    }
}

check_swift() {
    if ! has "${SWIFT%% *}" || ! has swift; then
        cat >&2 <<TEXT
setup: Swift $oldest_swift or newer is missing. To install it for this user (https://www.swift.org/install/linux):

  curl -O https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz
  tar zxf swiftly-$(uname -m).tar.gz
  ./swiftly init
  . "\${SWIFTLY_HOME_DIR:-\$HOME/.local/share/swiftly}/env.sh"

Then run make again.
TEXT
        exit 69
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
    if [ -z "$version" ]; then
        echo "setup: \`swift --version\` does not work; try it and mend the toolchain" >&2
        exit 69
    fi
    if [ "$(printf '%s\n%s\n' "$oldest_swift" "$version" | sort -V | head -n 1)" != "$oldest_swift" ]; then
        echo "setup: Swift $version is older than $oldest_swift; \`swiftly install latest\` gets a newer one" >&2
        exit 69
    fi
}

for task in "${@:-build}"; do
    case $task in
    build) check_build ;;
    conformance) check_conformance ;;
    benchmark) check_benchmark ;;
    slurm) check_slurm ;;
    *)
        echo "usage: $0 [build] [conformance] [benchmark] [slurm]" >&2
        exit 64
        ;;
    esac
done
install
install_wanted
check_swift
