# SPDX-License-Identifier: Apache-2.0
# Completion of certhealth_exporter for bash. The flags are those that --help lists.

_certhealth_exporter() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} flag= commands=
  COMPREPLY=()

  # readline cuts words at "=": the value of a flag stands behind it.
  if [[ $word == "=" ]]; then
    flag=$previous word=
  elif [[ $previous == "=" ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $flag in
    '') ;;
    --format) COMPREPLY=($(compgen -W "table json prometheus openmetrics" -- "$word")) ;;
    --color) COMPREPLY=($(compgen -W "auto always never" -- "$word")) ;;
    --log.level) COMPREPLY=($(compgen -W "debug info warn error" -- "$word")) ;;
    --log.format) COMPREPLY=($(compgen -W "logfmt json" -- "$word")) ;;
    --preflight) COMPREPLY=($(compgen -W "dns caa http01 acme" -- "$word")) ;;
    *) compopt -o filenames && COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
  [[ -z $flag ]] || return

  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$("$1" --help 2>/dev/null | sed -nE 's/^  (-h, )?(--[a-z.-]+=?).*/\2/p')" -- "$word"))
    [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
    return
  fi
  case $COMP_CWORD:$previous in
    1:*) commands="serve check probe hook" ;;
    2:hook) commands="install remove" ;;
  esac
  COMPREPLY=($(compgen -W "$commands" -- "$word"))
}
complete -F _certhealth_exporter certhealth_exporter
