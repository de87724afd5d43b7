#!/bin/sh
# system_calls.sh PROGRAM: the thread that calls getppid(2) twice makes no system call in between.
# 77 (skipped) only where the kernel refuses to trace at all.
set -eu
program=$1
trace=$(mktemp)
trap 'rm -f "$trace" "$trace.err"' EXIT

command -v strace >/dev/null || {
    echo "strace is not installed" >&2
    exit 1
}
if ! strace -o /dev/null true 2>"$trace.err"; then
    cat "$trace.err" >&2
    grep -qi 'not permitted' "$trace.err" && exit 77
    exit 1
fi

strace -f -qq -o "$trace" "$program"

awk '
    $2 ~ /^getppid\(/ { marks++; if (marks == 1) logging = $1; next }
    marks == 1 && $1 == logging { calls++; if (calls <= 20) print }
    END {
        if (marks != 2) { print "expected two marks, found " marks + 0; exit 1 }
        print calls + 0 " system calls between the marks"
        exit calls > 0
    }' "$trace"
