/** The functions of ARM templates that ours use. */
const functions = new Set(
  'and contains copyIndex createArray createObject deployment empty environment equals extensionResourceId format greater greaterOrEquals guid if join length managementGroup not null or parameters reference replace resourceGroup resourceId split subscription subscriptionResourceId take tenant tenantResourceId toLower true false union uniqueString variables'.split(
    ' ',
  ),
);

export interface Names {
  readonly parameters: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/**
 * What is wrong with an expression of an ARM template (the text between its brackets), in words;
 * `undefined` where it can be read and names only what is there.
 */
export function faultIn(expression: string, names: Names): string | undefined {
  let rest = expression;
  const skip = (): void => void (rest = rest.trimStart());
  const take = (sign: string): boolean => {
    skip();
    if (!rest.startsWith(sign)) return false;
    rest = rest.slice(sign.length);
    return true;
  };
  const text = (): string | undefined => {
    skip();
    const found = /^'((?:[^']|'')*)'/u.exec(rest);
    if (found === null) return undefined;
    rest = rest.slice(found[0].length);
    return found[1] ?? '';
  };
  const read = (): void => {
    if (text() === undefined) {
      skip();
      const number = /^-?\d+/u.exec(rest)?.[0];
      if (number === undefined) call();
      else rest = rest.slice(number.length);
    }
    for (;;)
      if (take('.')) {
        const field = /^\w+/u.exec(rest)?.[0];
        if (field === undefined) throw new Error(`no field at ${rest}`);
        rest = rest.slice(field.length);
      } else if (take('[')) {
        read();
        if (!take(']')) throw new Error(`no ] at ${rest}`);
      } else return;
  };
  const call = (): void => {
    const name = /^\w+/u.exec(rest)?.[0] ?? '';
    if (!functions.has(name)) throw new Error(`no function at ${rest}`);
    rest = rest.slice(name.length);
    if (!take('(')) throw new Error(`no ( at ${rest}`);
    const before = rest;
    const count = list();
    const first = /^\s*'([^']*)'/u.exec(before)?.[1] ?? '';
    if (name === 'parameters' && !names.parameters.has(first))
      throw new Error(`no parameter ${first}`);
    if (name === 'variables' && !names.variables.has(first))
      throw new Error(`no variable ${first}`);
    if (name === 'if' && count !== 3) throw new Error(`if takes three, not ${count}`);
    if (name === 'format') {
      const holes = [...first.replaceAll(/\{\{|\}\}/gu, '').matchAll(/\{(\d+)\}/gu)];
      if (new Set(holes.map(([, hole]) => hole)).size !== count - 1)
        throw new Error(`format has ${holes.length} holes and ${count - 1} values`);
    }
  };
  const list = (): number => {
    if (take(')')) return 0;
    for (let count = 1; ; count += 1) {
      read();
      if (take(')')) return count;
      if (!take(',')) throw new Error(`no , at ${rest}`);
    }
  };
  try {
    read();
    skip();
    return rest === '' ? undefined : `something is left: ${rest}`;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read';
  }
}
