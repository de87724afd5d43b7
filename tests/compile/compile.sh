#!/bin/sh
# Compiles call sites as a user of the installed headers does, and says whether that went as it
# must.
#
#   compile.sh accepted COMPILER FILE -O...   compiles without a word
#   compile.sh headers  COMPILER              so does each public header, alone
#   compile.sh refused  COMPILER FILE         compiles without -DMISTAKE; with it the compiler says
#                                             what the file's "expect" line (a basic regular
#                                             expression) announces
#   compile.sh cut      COMPILER FILE         no call below RINGLOG_ACTIVE_LEVEL is in the object
set -eu
here=$(cd "$(dirname "$0")" && pwd)
include=${RINGLOG_INCLUDE:-$here/../../include}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

what=$1 compiler=$2
file=$here/${3:-}
warnings='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror'

language() {
    case $compiler in
    *++*) echo '-x c++ -std=c++17' ;;
    *) echo '-x c -std=c11' ;;
    esac
}

fail() {
    echo "$*" >&2
    exit 1
}

# compile FILE OPTION...: one object, messages in English.
compile() {
    source=$1
    shift
    # shellcheck disable=SC2046,SC2086  # lists of words
    LC_ALL=C $compiler $(language) $warnings -I "$include" "$@" -c "$source" -o "$work/object.o"
}

case $what in
accepted)
    compile "$file" "$4"
    # A call site is a constant: no guard, no initialisation at run time.
    if nm "$work/object.o" | grep -E '__cxa_guard|_GLOBAL__sub_I'; then
        fail "$3: a call site is initialised at run time"
    fi
    ;;
headers)
    find "$include/ringlog" -name '*.h' ! -name argument_cxx.h | sort >"$work/headers"
    [ -s "$work/headers" ] || fail "no headers under $include"
    while read -r header; do
        echo "#include <${header#"$include/"}>" >"$work/alone.h"
        cat "$work/alone.h" "$work/alone.h" - >"$work/alone.c" <<'END'
typedef int not_an_empty_unit;
END
        compile "$work/alone.c" || fail "$header does not compile alone"
    done <"$work/headers"
    ;;
refused)
    compile "$file" || fail "$3 does not even compile without its mistake"
    expected=$(sed -n 's/^.*expect: \(.*[^ */]\)[ */]*$/\1/p' "$file")
    [ -n "$expected" ] || fail "$3 announces no diagnostic"
    if compile "$file" -DMISTAKE 2>"$work/messages"; then
        fail "$3 compiles, and should not"
    fi
    grep -q "$expected" "$work/messages" || {
        cat "$work/messages" >&2
        fail "$3 is refused, but not with: $expected"
    }
    ;;
cut)
    for level in -O0 -O2; do
        compile "$file" $level
        nm "$work/object.o" >"$work/symbols"
        grep -q ' U kept$' "$work/symbols" || fail "$3 $level: the call that stays is gone"
        ! grep cut_away "$work/symbols" || fail "$3 $level: a call below the active level is left"
    done
    ;;
*)
    fail "what is '$what'?"
    ;;
esac
