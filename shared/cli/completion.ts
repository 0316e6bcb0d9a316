import { formats } from '../report/index.ts';
import { allRules, severities } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';
import { allPages, help } from './help.ts';
import { oneOf, readOptions } from './options.ts';
import type { Invocation } from './terminal.ts';

/** What each shell runs at a press of Tab: all of them ask `evenkeel complete`, and offer files where it is silent. */
const scripts = {
  bash: `# In ~/.bashrc: source <(evenkeel completion bash)
_evenkeel() {
  local IFS=$'\\n'
  COMPREPLY=($(evenkeel complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _evenkeel evenkeel
`,
  zsh: `#compdef evenkeel
# In ~/.zshrc, below compinit: source <(evenkeel completion zsh)
_evenkeel() {
  local -a found
  found=("\${(@f)$(evenkeel complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found[1]" ]]; then compadd -a found; else _files; fi
}
compdef _evenkeel evenkeel
`,
  fish: `# Once: evenkeel completion fish > ~/.config/fish/completions/evenkeel.fish
function __evenkeel_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (evenkeel complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c evenkeel -f -a '(__evenkeel_complete)'
`,
  powershell: `# In $PROFILE: evenkeel completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName evenkeel -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '""' }
  evenkeel complete '--' @words 2>$null | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
} as const;

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** `evenkeel completion SHELL`: the script that teaches a shell the commands and options. */
export function completion({ args, io }: Invocation): number {
  const [shell] = readOptions(args, {}, 1).positionals;
  if (shell === undefined) throw new InputError(`specify a shell: ${shells.join(', ')}`);
  io.out(scripts[oneOf('SHELL', shell, shells)]);
  return 0;
}

/** `evenkeel complete -- WORDS…`: a line for each way to go on with the last word. */
export function complete({ args, io }: Invocation): number {
  const words = args[0] === '--' ? args.slice(1) : args;
  for (const candidate of candidatesFor(words.map((word) => (word === '""' ? '' : word))))
    io.out(`${candidate}\n`);
  return 0;
}

/** How the last word may go on; empty where a file or a name of the user's own is meant. */
export function candidatesFor(words: readonly string[]): readonly string[] {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  return candidates(before, last).filter((each) => each.startsWith(last));
}

function candidates(before: readonly string[], last: string): readonly string[] {
  const [name, verb] = before;
  if (name === undefined) return last.startsWith('-') ? ['--help', '--version'] : commandNames();
  const option = before.at(-1) ?? '';
  const takes = optionsOf(name, verb).get(option);
  if (takes !== undefined && takes.value !== '') return valuesOf(takes);
  if (last.startsWith('-')) return [...optionsOf(name, verb).keys(), '--help'];
  if (before.length > 1) return [];
  if (name === 'explain') return allRules.map(({ meta }) => meta.id);
  if (name === 'completion') return shells;
  return verbsOf(name);
}

const words = new Set<string>([...formats, ...severities, 'worse', 'never']);

/** The words that the help names for an option that takes one of a few. */
function valuesOf({ value, text }: Option): readonly string[] {
  if (!['FORMAT', 'SEVERITY', 'WORD'].includes(value)) return [];
  return [...new Set(text.match(/[a-z]+/gu)?.filter((word) => words.has(word)))];
}

/** The help's own lines are the grammar: what it says is what is offered. */
const usage = [...help.matchAll(/^ {2}evenkeel ([a-z]+)(?: ([a-z]+))?(?= |$)/gmu)].map(
  ([, name = '', verb]) => ({ name, verb }),
);

function commandNames(): readonly string[] {
  return [...new Set([...usage.map(({ name }) => name), 'help'])];
}

function verbsOf(command: string): readonly string[] {
  return [...new Set(usage.flatMap(({ name, verb }) => (name === command && verb ? [verb] : [])))];
}

interface Option {
  /** The placeholder; empty for a switch. */
  readonly value: string;
  /** What the help says of it. */
  readonly text: string;
}

function optionsOf(name: string, verb: string | undefined): ReadonlyMap<string, Option> {
  const found = new Map<string, Option>();
  for (const [, heading = '', body = ''] of allPages.matchAll(
    /^Options of ([^\n]+)\n((?: {2}[^\n]*\n)+)/gmu,
  )) {
    if (heading !== name && heading !== `${name} ${verb ?? ''}`) continue;
    for (const [, option = '', value = '', text = ''] of body.matchAll(
      /^ {2}(--[a-z][a-z-]+)(?: ([A-Z]+))?(.*(?:\n {4}.*)*)/gmu,
    ))
      if (!found.has(option)) found.set(option, { value, text });
  }
  return found;
}
