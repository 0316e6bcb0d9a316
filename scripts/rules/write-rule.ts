import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { RequestError, type RuleName } from './name.ts';
import { pageFile, ruleFile, testFile } from './templates.ts';
import { familyIndex, registry } from './wiring.ts';

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
