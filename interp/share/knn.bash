# Completion of knn for bash.
_knn() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} i
  COMPREPLY=()
  case $before in -e | -p | -l) return ;; esac
  if [[ $before = --color || $before = '=' ]]; then # readline cuts --color=auto at the sign
    mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "${word#=}")
    return
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -e | -p | -l) ((i++)) ;;
      --) break ;;
      -?*) ;;
      *) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;; # the script's arguments
    esac
  done
  case $word in
    -*)
      mapfile -t COMPREPLY < <(compgen -W '-e -p -l -i -g -q --quiet -v --version -h --help -E
        --color= --no-rc --no-history --' -- "$word")
      [[ ${COMPREPLY[*]} = --color= ]] && compopt -o nospace ;;
    *) mapfile -t COMPREPLY < <(compgen -f -X '!*.lua' -- "$word"; compgen -d -- "$word")
      compopt -o filenames ;;
  esac
}
complete -F _knn knn
