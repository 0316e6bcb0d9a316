/** The words of a command line, as a shell would hand them on. */
export function wordsOf(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < command.length; at++) {
    const character = command[at] ?? '';
    if (quote === '' && /\s/u.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === '' && (character === "'" || character === '"')) {
      quote = character;
      word ??= '';
    } else if (character === quote) quote = '';
    else {
      const escapes = character === '\\' && quote !== "'";
      if (escapes) at += 1;
      word = (word ?? '') + (escapes ? (command[at] ?? '') : character);
    }
  }
  return word === undefined ? words : [...words, word];
}

/** The value behind a flag, `--flag value` or `--flag=value`. */
export function flag(words: readonly string[], ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const at = words.indexOf(name);
    if (at !== -1) return words[at + 1];
    const joined = words.find((word) => word.startsWith(`${name}=`));
    if (joined !== undefined) return joined.slice(name.length + 1);
  }
  return undefined;
}

/** What stands behind a flag up to the next one. */
export function values(words: readonly string[], name: string): readonly string[] | undefined {
  const at = words.indexOf(name);
  if (at === -1) return undefined;
  const rest = words.slice(at + 1);
  const end = rest.findIndex((word) => word.startsWith('-'));
  return (end === -1 ? rest : rest.slice(0, end)).filter((word) => word !== '');
}
