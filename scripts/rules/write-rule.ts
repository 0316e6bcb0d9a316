import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { RequestError, camelCase, type RuleName } from './name.ts';
import { pageFile, ruleFile, testFile } from './templates.ts';

/**
 * Writes the three files of a rule below `root`, and its lines in the registry.
 * @returns The files, those to be filled in first.
 * @throws {RequestError} before anything is written, where a file is there already.
 */
export async function writeRule(root: string, name: RuleName): Promise<readonly string[]> {
  const rules = path.join('shared', 'rules');
  const own = path.join(name.family, name.stem);
  const fresh: readonly (readonly [file: string, text: string])[] = [
    [path.join('test', 'rules', `${own}.test.ts`), testFile(name)],
    [path.join(rules, `${own}.ts`), ruleFile(name)],
    [path.join(rules, `${own}.md`), pageFile(name)],
  ];
  const taken = fresh.find(([file]) => existsSync(path.join(root, file)));
  if (taken !== undefined) throw new RequestError(`${taken[0]} is there already`);
  const index = path.join(rules, name.family, 'index.ts');
  const isNewFamily = !existsSync(path.join(root, index));
  const present = isNewFamily ? undefined : await readFile(path.join(root, index), 'utf8');
  const all = path.join(rules, 'index.ts');
  const files = [
    ...fresh,
    [index, familyIndex(name, present)] as const,
    ...(isNewFamily
      ? [[all, registry(name.family, await readFile(path.join(root, all), 'utf8'))] as const]
      : []),
  ];
  for (const [file, text] of files) {
    const target = path.join(root, file);
    const options = await resolveConfig(target);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, await format(text, { ...options, filepath: target }));
  }
  return files.map(([file]) => file);
}

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
