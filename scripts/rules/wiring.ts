import { camelCase, RequestError, type RuleName } from './name.ts';

/** The registry's index files with one more rule, before prettier has been over them. */

/** `shared/rules/<family>/index.ts`; `present` is `undefined` for a new family. */
export function familyIndex(name: RuleName, present: string | undefined): string {
  const own = [...(present ?? '').matchAll(/^import \{ (\w+) \} from '\.\/([\w-]+)\.ts';$/gmu)].map(
    ([, constant = '', stem = '']) => ({ constant, stem }),
  );
  if (own.some(({ stem }) => stem === name.stem))
    throw new RequestError(`${name.family}/${name.stem} is in the index of its family already`);
  const rules = [...own, name].toSorted((a, b) => (a.stem < b.stem ? -1 : 1));
  return [
    "import type { Rule } from '../rule.ts';",
    ...rules.map(({ constant, stem }) => `import { ${constant} } from './${stem}.ts';`),
    '',
    `export const ${camelCase(name.family)}Rules: readonly Rule[] = [`,
    ...rules.map(({ constant }) => `  ${constant},`),
    '];',
    '',
  ].join('\n');
}

/** `shared/rules/index.ts` with a new family. */
export function registry(family: string, present: string): string {
  const imports = /^import \{ \w+Rules \} from '\.\/([\w-]+)\/index\.ts';$/gmu;
  const list = /(export const allRules: readonly Rule\[\] = \[)[^\]]*\]/u;
  const known = [...present.matchAll(imports)].map(([, name = '']) => name);
  if (known.length === 0 || !list.test(present))
    throw new RequestError(
      'shared/rules/index.ts is not in its usual form: add the family by hand',
    );
  const all = [...known, family].toSorted();
  const spreads = all.map((each) => `...${camelCase(each)}Rules,`).join('\n');
  const line = `import { ${camelCase(family)}Rules } from './${family}/index.ts';`;
  const lines = present.replace(list, `$1\n${spreads}\n]`).split('\n');
  const after = all[all.indexOf(family) + 1];
  const at =
    after === undefined
      ? lines.findLastIndex((each) => /^import \{ \w+Rules \}/u.test(each)) + 1
      : lines.findIndex((each) => each.endsWith(` from './${after}/index.ts';`));
  return lines.toSpliced(at, 0, line).join('\n');
}
