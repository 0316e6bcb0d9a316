/**
 * Whether a text fits a pattern in which `*` stands for any characters, none included. Every other
 * character means itself. Takes time in proportion to the text, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether one of several patterns fits. */
export function matchesAny(patterns: string | readonly string[], text: string): boolean {
  return typeof patterns === 'string'
    ? matchesGlob(patterns, text)
    : patterns.some((pattern) => matchesGlob(pattern, text));
}
