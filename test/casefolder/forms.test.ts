import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { caseFolders } from '../engine/case-file.ts';
import { isLong } from '../support/long.ts';
import { forms, readSaved, type Files } from './forms.ts';
import { renderJson } from '../support/rendered.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

jest.setTimeout(120_000);

const root = temporaryFolder();

/** Cases with more kinds of lists than the project's own. */
const found = [
  'network-policy',
  'istio-gateway-api',
  'multi-slb-local-whatif-after',
  'nap-40-missing',
];
const folders = [
  ...caseFolders().filter(({ name }) => !name.endsWith('(shared)')),
  ...found.map((name) => ({ name, directory: path.join(import.meta.dirname, '../found', name) })),
];
const now = (): Date => new Date('2026-11-23T06:00:00Z');

/** The whole report, and whatever is said beside it. */
async function audited(
  paths: readonly string[],
): Promise<{ json: string; lines: readonly string[] }> {
  const at = now().toISOString();
  const { report, problems } = await auditFolders({ directories: paths, clusters: [], now, at });
  return { json: renderJson(report), lines: problems };
}

let count = 0;
function written(files: Files): readonly string[] {
  const directory = path.join(root, String(count++));
  return Object.entries(files).map(([name, data]) => {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, data);
    return file;
  });
}

test('there are enough folders to say something', () => {
  expect(folders.length).toBeGreaterThanOrEqual(15);
});

// In the short form each folder has one of the forms, and each form one folder or two.
const rows = folders.map((folder, at) => ({
  ...folder,
  forms: forms.filter((_, index) => isLong || (index + at) % forms.length === 0),
}));

describe.each(rows)('$name gives the same report', ({ directory, forms: some }) => {
  const saved = readSaved(directory);
  const expected = audited([directory]);

  test.each(some)('as $name', async ({ write }) => {
    const files = written(await write(saved));
    const { json, lines } = await audited(files);
    expect(lines.filter((line) => !line.includes('logs.txt'))).toEqual([]);
    expect(json).toBe((await expected).json);
    rmSync(path.join(root, String(count - 1)), { recursive: true });
  });
});
