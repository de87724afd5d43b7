#!/bin/sh
# Builds and installs the library as a user does, and uses it from outside of the source tree.
#
#   install.sh shared|static SOURCE COMPILER COMPILER++
set -eu
kind=$1 source=$2 cc=$3 cxx=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Whatever is installed here already is not what is meant.
unset CMAKE_PREFIX_PATH ringlog_DIR PKG_CONFIG_PATH LD_LIBRARY_PATH DESTDIR

fail() {
    echo "$*" >&2
    exit 1
}

quietly() {
    "$@" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        fail "failed: $*"
    }
}

expect_answer() {
    said=$("$@") || fail "$*: exit status $?"
    [ "$said" = 'answer 42' ] || fail "$* said '$said', not 'answer 42'"
}

case $kind in
shared) is_shared=ON ;;
static) is_shared=OFF ;;
*) fail "what is '$kind'?" ;;
esac

quietly cmake -S "$source" -B "$work/build" -G Ninja -DBUILD_SHARED_LIBS=$is_shared \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" -DRINGLOG_BUILD_TESTS=OFF \
    -DRINGLOG_BUILD_EXAMPLES=OFF -DRINGLOG_BUILD_BENCH=OFF
quietly cmake --build "$work/build" -j 2
quietly cmake --install "$work/build" --prefix "$work/first"
# An installed tree may be moved.
mv "$work/first" "$work/prefix"

quietly cmake -S "$here/consumer" -B "$work/consumer" -G Ninja -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_PREFIX_PATH="$work/prefix"
quietly cmake --build "$work/consumer"
expect_answer "$work/consumer/consumer_c"
expect_answer "$work/consumer/consumer_cxx"
expect_answer "$work/consumer/mailer_c"
expect_answer "$work/consumer/mailer_cxx"

pc=$(find "$work/prefix" -name ringlog.pc)
[ -n "$pc" ] || fail 'no ringlog.pc is installed'
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
library=$(dirname "$PKG_CONFIG_PATH")
# shellcheck disable=SC2046  # lists of words
quietly "$cc" -std=c11 "$here/consumer/consumer.c" -o "$work/by_pkg_config" \
    $(pkg-config --cflags --libs ringlog) -Wl,-rpath,"$library"
expect_answer "$work/by_pkg_config"
# shellcheck disable=SC2046  # lists of words
quietly "$cc" -std=c11 "$here/consumer/mailer.c" -o "$work/mailer_by_pkg_config" \
    $(pkg-config --cflags --libs ringlog-net) -Wl,-rpath,"$library"
expect_answer "$work/mailer_by_pkg_config"
# Who mails nothing has no TLS in the process.
! ldd "$work/by_pkg_config" | grep -E 'curl|ssl' || fail 'the program without mail asks for TLS'

man=$(find "$work/prefix" -name ringlog.3)
[ -n "$man" ] || fail 'no manual page is installed'
[ -f "$work/prefix/share/ringlog/lnav/ringlog.json" ] || fail 'no formats of lnav are installed'

for program in logdump ringlog-tune; do
    quietly "$work/prefix/bin/$program" --version
    [ -f "$work/prefix/share/man/man1/$program.1" ] || fail "no manual page of $program is installed"
    [ -f "$work/prefix/share/bash-completion/completions/$program" ] ||
        fail "no completion of $program is installed"
done

if [ "$kind" = shared ]; then
    # Also without the development files' help: by its soname.
    readelf -d "$work/by_pkg_config" | grep -q 'NEEDED.*libringlog\.so\.0' ||
        fail 'the program does not ask for libringlog.so.0'
    readelf -d "$work/mailer_by_pkg_config" | grep -q 'NEEDED.*libringlog-net\.so\.0' ||
        fail 'the mailer does not ask for libringlog-net.so.0'
    "$here/exports.py" "$library" "$work/prefix/include/ringlog"
else
    for name in libringlog.a libringlog-net.a; do
        [ -f "$library/$name" ] || fail "no $name is installed"
    done
    ! ldd "$work/by_pkg_config" | grep ringlog || fail 'the static program asks for a library'
fi
