/** Longest one-line string that a report prints; names and messages are far shorter. */
const longestLine = 1_024;
/** Longest command or manifest of a fix. */
const longestBlock = 8_192;

/** Whole ANSI sequences go first, so that no `[31m` is left of them. */
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const ansi = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]{0,512}(?:\u0007|\u001B\\)?)/gu;
/** Names and messages are nearly always this: one line of printable ASCII, no two blanks. */
const cleanAlready = /^[!-~](?: ?[!-~])*$/u;
/** Controls, bidi and zero-width characters, tags, line separators. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A string of a cluster as one line that is safe to show anywhere: no control, bidi, zero-width or
 * ANSI characters, white space folded, lone surrogates replaced, at most 1,024 characters. Every
 * writer passes every string through here, and then through the escaping of its own format.
 */
export function clean(text: string, longest = longestLine): string {
  if (text.length <= longest && cleanAlready.test(text)) return text;
  // Cut before the work as well as after it: a string may be as long as a response.
  const head = text.length > longest * 4 ? text.slice(0, longest * 4) : text;
  const line = head
    .toWellFormed()
    .replace(ansi, '')
    .replaceAll(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(invisible, '')
    .trim();
  return shorten(line, longest);
}

/** The same for commands and manifests: line breaks stay. */
export function cleanBlock(text: string): string {
  const lines = text
    .slice(0, longestBlock * 4)
    .toWellFormed()
    .replace(ansi, '')
    .split(/\r\n|[\n\r\p{Zl}\p{Zp}]/u)
    .map((line) => line.replaceAll('\t', '  ').replace(invisible, '').trimEnd());
  return shorten(lines.join('\n').trim(), longestBlock);
}

/** Cut by code point, with an ellipsis for what is gone. */
function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const points = Array.from(text);
  return points.length <= longest ? text : `${points.slice(0, longest - 1).join('')}…`;
}
