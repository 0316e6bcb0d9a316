/** Field selectors of list calls, for transports that answer them themselves: a case folder, the simulator. */

/** `key=value`, or `key!=value`, which a missing field satisfies. */
export interface Term {
  readonly key: string;
  readonly value: string;
  readonly differs: boolean;
}

export type Parsed =
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  | { readonly kind: 'bad'; readonly why: string };

/** `a=b,c!=d` over the fields that the kind supports; `''` = no terms. */
export function parseFieldSelector(text: string, supported: ReadonlySet<string>): Parsed {
  const terms: Term[] = [];
  for (const part of text === '' ? [] : text.split(',')) {
    const match = /^([^=!]+)(==|=|!=)(.*)$/u.exec(part.trim());
    const [, key, operator, value] = match ?? [];
    if (key === undefined || value === undefined)
      return { kind: 'bad', why: `invalid selector: '${part}'; can't understand '${part}'` };
    if (!supported.has(key)) return { kind: 'bad', why: `field label not supported: ${key}` };
    terms.push({ key, value, differs: operator === '!=' });
  }
  return { kind: 'terms', terms };
}

/** Whether all terms hold. */
export function holds(
  terms: readonly Term[],
  valueOf: (key: string) => string | undefined,
): boolean {
  return terms.every(({ key, value, differs }) => (valueOf(key) === value) !== differs);
}
