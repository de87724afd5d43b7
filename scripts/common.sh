# What the scripts share; sourced by them. Leaves the shell in the root of the repository.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# The presets configure the tests too, whose framework is cmocka; jansson reads their scenarios.
PACKAGES_BUILD=(gcc g++ cmake ninja-build pkg-config liburcu-dev zlib1g-dev libzstd-dev
    libcurl4-openssl-dev libpcre2-dev libcmocka-dev libjansson-dev python3)
PACKAGES_TEST=(clang libbenchmark-dev strace valgrind binutils tzdata gzip zstd python3-aiosmtpd
    babeltrace2 python3-bt2 lnav)
# Servers that the tests talk to, a browser, and what those that are only unpacked (unpack_packages) stand on.
PACKAGES_SERVERS=(rsyslog systemd openssl nginx-light libsasl2-modules libsasl2-modules-db libicu72
    libnsl2 libdb5.3 debian-archive-keyring chromium chromium-driver)
# Debian 12's OpenSMTPD (6.8.0p2) loses its private key with OpenSSL 3. That of Debian 13, with all
# that it is linked with, /bin/sh included.
RELEASE_OPENSMTPD=trixie
PACKAGES_OPENSMTPD=(opensmtpd dash libc6 libcrypt1 libdb5.3t64 libevent-2.1-7t64 libpam0g libaudit1
    libcap-ng0 libssl3t64 libzstd1 zlib1g)
# Machines that are emulated: compilers, and what is unpacked of each machine's own.
PACKAGES_FOREIGN=(gcc-aarch64-linux-gnu gcc-s390x-linux-gnu debian-archive-keyring)
# Debian 12's QEMU (7.2) takes MADV_WIPEONFORK and does nothing: a child finds its parent's rings.
RELEASE_QEMU=trixie
RELEASE_SYSROOT=bookworm
PACKAGES_SYSROOT=(libc6 libc6-dev linux-libc-dev libgcc-s1 libpcre2-8-0 libpcre2-dev liburcu8
    liburcu-dev zlib1g zlib1g-dev libzstd1 libzstd-dev libcmocka0 libcmocka-dev)
PACKAGES_BENCH=(libbenchmark-dev)
# Loggers that bench/peers measures beside ringlog.
PACKAGES_PEERS=(libspdlog-dev libgoogle-glog-dev libboost-log-dev liblttng-ust-dev liblttng-ctl-dev
    lttng-tools babeltrace2)
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

# is_unpacked FOLDER NAME...
is_unpacked() {
    [ "$(cat "$1/.unpacked" 2>/dev/null)" = "${*:2}" ]
}

# unpack_packages FOLDER NAME...: those Debian packages, together in a folder, without installing them.
unpack_packages() {
    local folder=$PWD/$1 name
    ! is_unpacked "$@" || return 0
    shift
    headline "Unpacking $* in ${folder#"$PWD/"}"
    rm -rf "$folder" "$folder.deb"
    mkdir -p "$folder" "$folder.deb"
    (cd "$folder.deb" && apt-get download -qq -o APT::Sandbox::User=root "$@")
    for name in "$folder.deb"/*.deb; do
        dpkg -x "$name" "$folder"
    done
    rm -rf "$folder.deb"
    echo "$*" >"$folder/.unpacked"
}

# Where this machine gets Debian from; a machine of another kind: from Debian.
debian_mirror() {
    local mirrors
    mirrors=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian')
    head -n 1 <<<"${mirrors:-http://deb.debian.org/debian}"
}

# own_apt RELEASE FOLDER [ARCHITECTURE]: the lists of a release of Debian, in a folder whose apt.conf
# keeps apt there: this machine's own lists and architectures stay as they are. Signatures are
# checked.
own_apt() {
    local folder=$2 architecture=${3:-$(dpkg --print-architecture)}
    rm -rf "$folder"
    mkdir -p "$folder/lists/partial" "$folder/archives/partial" "$folder/preferences.d"
    touch "$folder/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) $1 main" \
        >"$folder/sources.list"
    cat >"$folder/apt.conf" <<END
Dir::Etc::SourceList "$folder/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "$folder/preferences.d";
Dir::State "$folder";
Dir::State::Status "$folder/status";
Dir::Cache "$folder";
#clear APT::Architectures;
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
Acquire::Languages "none";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
END
    APT_CONFIG=$folder/apt.conf apt-get update -qq
}

# unpack_release RELEASE[/ARCHITECTURE] FOLDER NAME...: the same from that release of Debian,
# whichever this machine runs. What these packages need has to be among them.
unpack_release() {
    local release=${1%/*} architecture=
    [ "$release" = "$1" ] || architecture=${1#*/}
    shift
    ! is_unpacked "$@" || return 0
    own_apt "$release" "$PWD/$1.apt" "$architecture"
    APT_CONFIG=$PWD/$1.apt/apt.conf unpack_packages "$@"
    rm -rf "$PWD/$1.apt"
}

# unpack_sysroot FOLDER/MACHINE: what programs for that machine are compiled and linked with.
unpack_sysroot() {
    local link architecture=${1##*/}
    architecture=${architecture/aarch64/arm64}
    unpack_release "$RELEASE_SYSROOT/$architecture" "$1" "${PACKAGES_SYSROOT[@]}"
    # A linker takes links for what they say, and not for what they mean below the sysroot.
    find "$1" -type l -lname '/*' | while read -r link; do
        ln -snrf "$1$(readlink "$link")" "$link"
    done
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
