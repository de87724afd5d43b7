# Completion of ringlog-tune for bash(1). Options are those that `ringlog-tune --help` has.

_ringlog_tune() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    case $before in
    -d | --folder) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    *)
        mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" --help 2>/dev/null |
            grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+')" -- "$word")
        ;;
    esac
}

complete -o filenames -F _ringlog_tune ringlog-tune
