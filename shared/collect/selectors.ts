/** Selectors of list calls, for transports that answer them themselves: a case folder, the simulator. */

/** What a selector says about one key. */
export type Term =
  | { readonly kind: 'equals'; readonly key: string; readonly value: string }
  | { readonly kind: 'differs'; readonly key: string; readonly value: string }
  | { readonly kind: 'in'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'notin'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'exists'; readonly key: string }
  | { readonly kind: 'absent'; readonly key: string };

export type Parsed =
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  | { readonly kind: 'bad'; readonly why: string };

/** `a=b,c!=d,e in (f,g),h,!i`: the label selector of a list call. */
export function parseSelectorText(text: string): Parsed {
  const terms: Term[] = [];
  for (const part of splitOutsideBraces(text)) {
    const term = labelTerm(part.trim());
    if (term === undefined) return { kind: 'bad', why: `unable to parse requirement: ${part}` };
    terms.push(term);
  }
  return { kind: 'terms', terms };
}

/** `a=b,c!=d` over the fields that the kind supports. */
export function parseFieldSelector(text: string, supported: ReadonlySet<string>): Parsed {
  const terms: Term[] = [];
  for (const part of text.split(',')) {
    const match = /^([^=!]+)(==|=|!=)(.*)$/u.exec(part.trim());
    const [, key, operator, value] = match ?? [];
    if (key === undefined || value === undefined)
      return { kind: 'bad', why: `invalid selector: '${part}'; can't understand '${part}'` };
    if (!supported.has(key)) return { kind: 'bad', why: `field label not supported: ${key}` };
    terms.push({ kind: operator === '!=' ? 'differs' : 'equals', key, value });
  }
  return { kind: 'terms', terms };
}

/** Whether all terms hold. A missing label satisfies `!=` and `notin`. */
export function holds(
  terms: readonly Term[],
  valueOf: (key: string) => string | undefined,
): boolean {
  return terms.every((term) => {
    const value = valueOf(term.key);
    switch (term.kind) {
      case 'equals':
        return value === term.value;
      case 'differs':
        return value !== term.value;
      case 'in':
        return value !== undefined && term.values.includes(value);
      case 'notin':
        return value === undefined || !term.values.includes(value);
      case 'exists':
        return value !== undefined;
      case 'absent':
        return value === undefined;
    }
  });
}

function labelTerm(text: string): Term | undefined {
  const key = '[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?';
  const set = new RegExp(
    `^(?<key>${key})\\s+(?<operator>in|notin)\\s*\\((?<values>[^()]*)\\)$`,
    'u',
  );
  const compare = new RegExp(
    `^(?<key>${key})\\s*(?<operator>==|=|!=)\\s*(?<value>[A-Za-z0-9_.-]*)$`,
    'u',
  );
  const alone = new RegExp(`^(?<not>!?)\\s*(?<key>${key})$`, 'u');
  const groups = new Map(
    Object.entries((set.exec(text) ?? compare.exec(text) ?? alone.exec(text))?.groups ?? {}),
  );
  const name = groups.get('key');
  if (name === undefined) return undefined;
  const operator = groups.get('operator');
  if (operator === 'in' || operator === 'notin')
    return {
      kind: operator,
      key: name,
      values: (groups.get('values') ?? '').split(',').map((value) => value.trim()),
    };
  if (operator !== undefined)
    return {
      kind: operator === '!=' ? 'differs' : 'equals',
      key: name,
      value: groups.get('value') ?? '',
    };
  return { kind: groups.get('not') === '!' ? 'absent' : 'exists', key: name };
}

function splitOutsideBraces(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  return [...parts, part];
}
