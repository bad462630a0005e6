# fish completion for rwho; see rwhod.fish.

complete -c rwho -f
complete -c rwho -s a -d 'Users idle an hour or more, too'
complete -c rwho -l json -d 'All hosts, as a JSON document'
complete -c rwho -l node -x -a '(__fish_print_hostnames)' -d 'Ask this node'
complete -c rwho -l spool -x -a '(__fish_complete_directories)' -d 'Read this spool'
complete -c rwho -l timeout -x -a '1s 3s 10s' -d 'Wait so long for a node'
complete -c rwho -l help -d 'What there is to say'
complete -c rwho -l version -d 'Which one it is'
