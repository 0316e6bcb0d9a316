import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isLong } from '../support/long.ts';

/** Vectors say something of the product only where they judge functions that it runs. */

const root = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-reachable-'));
afterAll(() => rmSync(folder, { recursive: true }));

const knip = path.join(root, 'node_modules/knip/bin/knip.js');
const production = path.join(root, 'knip.production.json');

/** Values that the adapters import from the product, by name. */
const judged = globSync('test/conformance/families/*.ts', { cwd: root })
  .flatMap((file) => [
    ...readFileSync(path.join(root, file), 'utf8').matchAll(
      /import \{([^}]+)\} from '[./]+\/shared\/[^']+'/gu,
    ),
  ])
  .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
  .filter((name) => name !== '' && !name.startsWith('type '));

interface Issues {
  readonly issues: readonly { readonly exports?: readonly { readonly name: string }[] }[];
}

/** Exports that nothing reaches from the entries of a configuration of knip, tests left out. */
function unreached(config: string): readonly string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [knip, '--production', '--include', 'exports', '--reporter', 'json', '-c', config],
    { cwd: root, encoding: 'utf8' },
  );
  if (!stdout.startsWith('{')) throw new Error(stderr);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- knip's own form
  const { issues } = JSON.parse(stdout) as Issues;
  return issues.flatMap(({ exports = [] }) => exports.map(({ name }) => name));
}

describe('every function that a vector judges', () => {
  test('is reached from the entries of the product', () => {
    expect(judged.length).toBeGreaterThan(50);
    const dead = new Set(unreached(production));
    expect(judged.filter((name) => dead.has(name))).toEqual([]);
  });

  const inLong = isLong ? test : test.skip;

  inLong(
    'would be named here if it were not: what only the service runs, without the service',
    () => {
      const config = path.join(folder, 'knip.json');
      const { project }: { readonly project: readonly string[] } = JSON.parse(
        readFileSync(production, 'utf8'),
      );
      const entry = ['shared/cli/main.ts!'];
      writeFileSync(config, JSON.stringify({ entry, project, ignoreExportsUsedInFile: true }));
      expect(unreached(config)).toContain('mediaTypesOf');
    },
  );
});
