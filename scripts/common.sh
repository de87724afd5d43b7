# What the scripts share; sourced by them. Leaves the shell in the root of the repository.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# The presets configure the tests too, whose framework is cmocka; jansson reads their scenarios.
PACKAGES_BUILD=(gcc g++ cmake ninja-build pkg-config liburcu-dev zlib1g-dev libzstd-dev
    libcurl4-openssl-dev libcmocka-dev libjansson-dev python3)
PACKAGES_TEST=(clang libbenchmark-dev strace binutils tzdata gzip zstd python3-aiosmtpd)
# Servers that the tests talk to, and what those that are only unpacked (unpack_packages) stand on.
PACKAGES_SERVERS=(rsyslog systemd openssl nginx-light libsasl2-modules libsasl2-modules-db libicu72
    libnsl2 libdb5.3 libevent-2.1-7)
PACKAGES_BENCH=(libbenchmark-dev)
PACKAGES_DEMO=(wrk python3-aiosmtpd)

# Colours for people: on a terminal, unless NO_COLOR is set (no-color.org).
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' plain=$'\e[0m'
else
    bold='' red='' green='' yellow='' plain=''
fi

headline() {
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

fail() {
    printf '%s%s%s\n' "$red" "$*" "$plain" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

is_installed() {
    dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

# need_packages NAME...: installs those Debian packages that are missing.
need_packages() {
    local missing=() name
    if ! command -v apt-get >/dev/null; then
        echo "No apt-get here: what is needed has to be there already ($*)." >&2
        return
    fi
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    headline "Installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# unpack_packages FOLDER NAME...: those Debian packages, together in a folder, without installing them.
unpack_packages() {
    local folder=$PWD/$1 name
    shift
    [ ! -f "$folder/.unpacked" ] || return 0
    headline "Unpacking $* in ${folder#"$PWD/"}"
    rm -rf "$folder" "$folder.deb"
    mkdir -p "$folder" "$folder.deb"
    (cd "$folder.deb" && apt-get download -qq -o APT::Sandbox::User=root "$@")
    for name in "$folder.deb"/*.deb; do
        dpkg -x "$name" "$folder"
    done
    rm -rf "$folder.deb"
    touch "$folder/.unpacked"
}

# quietly LOG COMMAND...: its output goes to the file, and to the terminal when it fails, without
# ninja's lines of what went well.
quietly() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 || {
        local status=$?
        grep -vE '^\[[0-9]+/[0-9]+\] ' "$log" >&2
        return "$status"
    }
}

# build PRESET [TARGET...]
build() {
    local preset=$1
    shift
    quietly "build/$preset/configure.log" cmake --preset "$preset" &&
        quietly "build/$preset/build.log" cmake --build --preset "$preset" -j "$(nproc)" \
            ${1:+--target "$@"}
}
