export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'line' | 'end';
  readonly value: string;
  readonly line: number;
  readonly texts?: readonly string[];
  readonly parts?: readonly string[];
}

/** The words and signs of a Bicep file. @throws Error with file and line for what is none. */
export function tokensOf(source: string, file: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const fail = (why: string): never => {
    throw new Error(`${file}:${line}: ${why}`);
  };
  while (at < source.length) {
    const rest = source.slice(at);
    const blank = /^(?:[ \t\r]+|\/\/[^\n]*)/u.exec(rest)?.[0];
    const word = /^[A-Za-z_]\w*/u.exec(rest)?.[0];
    const number = /^\d+/u.exec(rest)?.[0];
    const sign = /^(?:=>|==|!=|&&|\|\||>=|[{}[\]():,.=@?!>])/u.exec(rest)?.[0];
    if (blank !== undefined) at += blank.length;
    else if (rest.startsWith('\n')) {
      tokens.push({ kind: 'line', value: '\n', line });
      line += 1;
      at += 1;
    } else if (rest.startsWith("'''")) {
      const end = source.indexOf("'''", at + 3);
      if (end < 0) fail('a text that does not end');
      const value = source.slice(at + 3, end).replace(/^\n/u, '');
      tokens.push({ kind: 'text', value, line, texts: [value], parts: [] });
      line += source.slice(at, end).split('\n').length - 1;
      at = end + 3;
    } else if (rest.startsWith("'")) {
      const text = readText(source, at + 1);
      if (text === undefined) return fail('a text that does not end');
      tokens.push({ kind: 'text', value: text.texts.join(''), line, ...text });
      at = text.end;
    } else if (word !== undefined) {
      tokens.push({ kind: 'word', value: word, line });
      at += word.length;
    } else if (number !== undefined) {
      tokens.push({ kind: 'number', value: number, line });
      at += number.length;
    } else if (sign !== undefined) {
      tokens.push({ kind: 'sign', value: sign, line });
      at += sign.length;
    } else fail(`${JSON.stringify(rest[0])} is not understood here`);
  }
  return [...tokens, { kind: 'end', value: '', line }];
}

/** The inside of `'…'` with its `${…}`. */
function readText(
  source: string,
  start: number,
):
  | { readonly texts: readonly string[]; readonly parts: readonly string[]; readonly end: number }
  | undefined {
  const texts: string[] = [];
  const parts: string[] = [];
  let text = '';
  for (let at = start; at < source.length && source[at] !== '\n'; at += 1) {
    const char = source[at] ?? '';
    if (char === "'") return { texts: [...texts, text], parts, end: at + 1 };
    if (char === '\\') {
      at += 1;
      text += { n: '\n', t: '\t' }[source[at] ?? ''] ?? source[at] ?? '';
    } else if (source.startsWith('${', at)) {
      const end = endOfPart(source, at + 2);
      if (end === undefined) return undefined;
      parts.push(source.slice(at + 2, end));
      texts.push(text);
      text = '';
      at = end;
    } else text += char;
  }
  return undefined;
}

function endOfPart(source: string, start: number): number | undefined {
  let quoted = false;
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === "'") quoted = !quoted;
    if (source[at] === '}' && !quoted) return at;
  }
  return undefined;
}
