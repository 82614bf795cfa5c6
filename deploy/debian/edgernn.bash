# Completes edgernn's commands and options: the program itself says what fits.
_edgernn() {
  local IFS=$'\n'
  mapfile -t COMPREPLY < <(compgen -W "$(edgernn "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _edgernn edgernn
