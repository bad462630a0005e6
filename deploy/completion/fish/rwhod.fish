# fish completion for rwhod. Goes to /usr/share/fish/vendor_completions.d or ~/.config/fish/completions, as do those for
# ruptime and rwho.

complete -c rwhod -f
complete -c rwhod -n __fish_use_subcommand -a check -d 'What the daemon would do here'
complete -c rwhod -n __fish_use_subcommand -a demo -d 'Three nodes on loopback'
complete -c rwhod -n __fish_use_subcommand -a ruptime -d 'Which hosts are up'
complete -c rwhod -n __fish_use_subcommand -a rwho -d 'Who is logged in'
complete -c rwhod -n '__fish_seen_subcommand_from demo' -l once -d 'Print the board, and end'

function __rwhod_daemon
    not __fish_seen_subcommand_from demo ruptime rwho
end

complete -c rwhod -n __rwhod_daemon -l name -x -d 'This name instead of the system\'s'
complete -c rwhod -n __rwhod_daemon -l spool -x -a '(__fish_complete_directories)' -d 'One file a host here'
complete -c rwhod -n __rwhod_daemon -l port -x -d 'From and to this UDP port'
complete -c rwhod -n __rwhod_daemon -l interval -x -a '10s 60s 180s' -d 'How often'
complete -c rwhod -n __rwhod_daemon -s b -l broadcast-only -d 'Broadcast interfaces only'
complete -c rwhod -n __rwhod_daemon -s p -l point-to-point-only -d 'Point-to-point interfaces only'
complete -c rwhod -n __rwhod_daemon -s a -l all-interfaces -d 'Both of them, the default'
complete -c rwhod -n __rwhod_daemon -s i -l interface -x -a '(__fish_print_interfaces)' -d 'This interface only'
complete -c rwhod -n __rwhod_daemon -s m -l multicast -d 'Also to 224.0.1.3'
complete -c rwhod -n __rwhod_daemon -s f -l forward -d 'Pass statuses on between networks'
complete -c rwhod -n __rwhod_daemon -l neighbour -x -a '(__fish_print_hostnames)' -d 'Exchange statuses with it'
complete -c rwhod -n __rwhod_daemon -l accept-neighbour -x -d 'And with each node of this network'
complete -c rwhod -n __rwhod_daemon -l cluster -x -d 'Be a gateway, reached by the others here'
complete -c rwhod -n __rwhod_daemon -l seed -x -d 'Join them by this one'
complete -c rwhod -n __rwhod_daemon -l cluster-cert -r -F -d 'Certificate, key, authority'
complete -c rwhod -n __rwhod_daemon -l insecure-cluster -d 'Without a certificate'
complete -c rwhod -n __rwhod_daemon -s u -l user -x -a '(__fish_complete_users)' -d 'As root, become this user'
complete -c rwhod -n __rwhod_daemon -s l -l listen-only -d 'Announce nothing'
complete -c rwhod -n __rwhod_daemon -l send-only -d 'Take nothing from others'
complete -c rwhod -n __rwhod_daemon -l any-port -d 'Take announcements from any source port'
complete -c rwhod -n __rwhod_daemon -l query -x -a 'none [::]:5513 127.0.0.1:5513' -d 'Answer clients here'
complete -c rwhod -n __rwhod_daemon -l query-socket -r -F -d 'Answer local clients here'
complete -c rwhod -n __rwhod_daemon -l allow -x -d 'Answer clients of this network, too'
complete -c rwhod -n __rwhod_daemon -l hosts-max -x -d 'At most so many hosts'
complete -c rwhod -n __rwhod_daemon -l rate-max -x -d 'Datagrams a second from one address'
complete -c rwhod -n __rwhod_daemon -l forget -x -a '1d 30d 365d' -d 'Drop a host that was silent so long'
complete -c rwhod -n __rwhod_daemon -l record -r -F -d 'All that is received, as a pcap file'
complete -c rwhod -n __rwhod_daemon -l config -r -F -d 'Read this JSON file first'
complete -c rwhod -n __fish_use_subcommand -l detach -d 'Go on in a session of its own'
complete -c rwhod -n __fish_use_subcommand -l version -d 'Which one it is'
complete -c rwhod -l help -d 'What there is to say'
