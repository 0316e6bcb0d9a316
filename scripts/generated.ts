/** Files that are made from others. `npm run check` runs this and names those that are stale. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';
import { policyJsonSchema } from '../shared/policy/index.ts';
import { allRules } from '../shared/rules/index.ts';
import { assetsModule } from './assets.ts';
import { compiled, templates } from './infra.ts';
import { indexPage } from './rules/index-page.ts';

interface GeneratedFile {
  readonly file: string;
  /** `npm run …` */
  readonly command: string;
  readonly text: () => string | Promise<string>;
}

const files: readonly GeneratedFile[] = [
  {
    file: 'docs/rules.md',
    command: 'rules-index',
    text: () => indexPage(allRules.map(({ meta }) => meta)),
  },
  {
    file: 'shared/policy/policy.schema.json',
    command: 'policy-schema',
    text: () => json(policyJsonSchema(allRules.map((rule) => rule.meta.id))),
  },
  { file: 'shared/report/html/assets.ts', command: 'assets', text: assetsModule },
  ...templates.map((name) => ({
    file: `infra/${name}.json`,
    command: 'infra',
    text: () => json(compiled(name)),
  })),
];

function json(value: unknown): Promise<string> {
  return format(JSON.stringify(value), { parser: 'json', printWidth: 100 });
}

function placeOf(file: string): string {
  return path.join(import.meta.dirname, '..', file);
}

/** Writes the files of a command anew. */
export async function write(command: string): Promise<void> {
  for (const each of files)
    if (each.command === command) await writeFile(placeOf(each.file), await each.text());
}

if (import.meta.main)
  for (const { file, command, text } of files)
    if ((await readFile(placeOf(file), 'utf8')) !== (await text())) {
      process.stderr.write(`${file} is stale: npm run ${command}\n`);
      process.exitCode = 1;
    }
