# Completion of logdump for bash(1). Options are those that `logdump --help` has.

_logdump_options() {
    "$1" --help 2>/dev/null | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+'
}

# Logs, rotated and compressed ones among them, and directories.
_logdump_files() {
    compgen -o plusdirs -f -X '!*.rlog*' -- "$1"
}

_logdump() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    # bash takes "=" for a word of its own.
    if [ "$word" = = ]; then
        word=''
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    local words=''
    case $before in
    -l | --level) words='DEBUG INFO WARNING ERROR CRITICAL' ;;
    --color | --colour) words='auto always never' ;;
    --json) [ "${COMP_WORDS[COMP_CWORD - 1]}" != = ] || words='ecs google' ;;
    --ctf)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    esac
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "${word^^}" && true ||
            compgen -W "$words" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_logdump_options "${COMP_WORDS[0]}")" -- "$word")
    else
        mapfile -t COMPREPLY < <(_logdump_files "$word")
    fi
}

complete -o filenames -F _logdump logdump
