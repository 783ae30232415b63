# SPDX-License-Identifier: Apache-2.0
# Completion of certhealth_exporter for fish. The flags are those that --help lists.

function __certhealth_exporter_flags
    certhealth_exporter --help 2>/dev/null | string replace -rf '^  (?:-h, )?(--[a-z.-]+)(=?)[A-Z]* +(.*)$' '$1$2\t$3'
end

complete -c certhealth_exporter -f
complete -c certhealth_exporter -n __fish_use_subcommand -a serve -d 'Serve /metrics'
complete -c certhealth_exporter -n __fish_use_subcommand -a check -d 'Look once, print what is wrong'
complete -c certhealth_exporter -n __fish_use_subcommand -a hook -d 'Let certbot record each outcome'
complete -c certhealth_exporter -n '__fish_seen_subcommand_from hook' -a 'install remove'
complete -c certhealth_exporter -n 'string match -q -- "-*" (commandline -ct)' -a '(__certhealth_exporter_flags)'
complete -c certhealth_exporter -l format -x -a 'table json prometheus openmetrics'
complete -c certhealth_exporter -l color -x -a 'auto always never'
complete -c certhealth_exporter -l log.level -x -a 'debug info warn error'
complete -c certhealth_exporter -l log.format -x -a 'logfmt json'
complete -c certhealth_exporter -l preflight -x -a 'dns caa http01 acme'
for flag in certbot.config-dir certbot.logs-dir root state.dir config.file textfile.path files
    complete -c certhealth_exporter -l $flag -r -F
end
