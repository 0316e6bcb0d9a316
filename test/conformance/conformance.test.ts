import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deviations } from './deviations.ts';
import { listOf, objectOf, textOf, type Json, type JsonObject } from './family.ts';
import { familiesOf, runVectors } from './run.ts';

const here = import.meta.dirname;
const vectorFiles = globSync('vectors/*.json', { cwd: here })
  .map((file) => path.join(here, file))
  .toSorted();
const given = path.join(here, '../../../shared/fixtures/conformance');

function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8')) as Json;
}

describe('the vectors', () => {
  const results = vectorFiles.flatMap((file) => {
    const document = readJson(file);
    const sizes = new Map(
      familiesOf(document).map(([name, { cases }]) => [name, listOf(cases).length]),
    );
    return runVectors(document).map((result) => ({ ...result, cases: sizes.get(result.family) }));
  });

  test.each(results)('$family: all $cases as expected', (result) => {
    expect(result.failures).toEqual([]);
    expect(result.passed + (result.deviations?.length ?? 0)).toBe(result.cases);
    expect(result.cases).toBeGreaterThan(0);
  });

  test('under 3 % deviate, and none where the real scheduler speaks', () => {
    const deviating = results.reduce((sum, each) => sum + (each.deviations?.length ?? 0), 0);
    const cases = results.reduce((sum, each) => sum + (each.cases ?? 0), 0);
    expect(cases).toBeGreaterThanOrEqual(503);
    expect(deviating / cases).toBeLessThan(0.03);
    const scheduler = results.find((each) => each.family === 'schedulerFits');
    expect(scheduler?.passed).toBe(scheduler?.cases);
  });

  const testGiven = existsSync(given) ? test : test.skip;
  testGiven('are the ones that were given', () => {
    for (const file of vectorFiles)
      expect(readFileSync(file, 'utf8')).toBe(
        readFileSync(path.join(given, path.basename(file)), 'utf8'),
      );
    expect(globSync('*.json', { cwd: given })).toHaveLength(vectorFiles.length);
  });
});

function oneCase(family: string, input: JsonObject, expected: JsonObject): Json {
  return { families: { [family]: { cases: [{ id: `${family}-new`, input, expected }] } } };
}

describe('a case', () => {
  test.each([
    { what: 'an answer that differs', expected: { tolerated: false }, failed: 1 },
    { what: 'an answer that agrees', expected: { tolerated: true }, failed: 0 },
    { what: 'a field that is not answered', expected: { tolerated: true, cost: 1 }, failed: 1 },
    { what: 'an error that does not come', expected: { error: true }, failed: 1 },
  ])('with $what: $failed failed', ({ expected, failed }) => {
    const input = { toleration: { operator: 'Exists' }, taint: { key: 'a', effect: 'NoSchedule' } };
    const [result] = runVectors(oneCase('tolerationToleratesTaint', input, expected));
    expect(result?.failed).toBe(failed);
  });

  test('without an expectation fails', () => {
    const [result] = runVectors({
      families: { minTolerationSeconds: { cases: [{ id: 'x', input: {} }] } },
    });
    expect(result).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('deviations', () => {
  const id = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm';

  test.each([
    { spelt: id.replace('resourceGroups', 'resourcegroups'), deviating: 1, failed: 0 },
    { spelt: id.replace('Microsoft.Compute', 'microsoft.compute'), deviating: 1, failed: 0 },
    { spelt: id, deviating: 0, failed: 1 },
    { spelt: id.replace('/rg/', '/RG/'), deviating: 0, failed: 1 },
  ])('an error expected for $spelt: $deviating deviating', ({ spelt, deviating, failed }) => {
    const document = oneCase('providerIdParsing', { op: 'vmName', id: spelt }, { error: true });
    const [result] = runVectors(document);
    expect(result?.deviations?.length ?? 0).toBe(deviating);
    expect(result?.failed).toBe(failed);
  });

  test('a pool of the same load balancer in other letters', () => {
    const pool =
      '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/backendAddressPools/p';
    const input = { op: 'sameLoadBalancer', pool, existing: [pool.toLowerCase()] };
    const [result] = runVectors(oneCase('backendPoolNaming', input, { error: true }));
    expect(result).toMatchObject({
      passed: 0,
      failed: 0,
      deviations: [{ id: 'backendPoolNaming-new' }],
    });
  });

  test('each is a family of the vectors with conditions on its input and a reason, and names no case', () => {
    const documents = vectorFiles.map(readJson);
    const known = new Set(documents.flatMap((each) => familiesOf(each).map(([name]) => name)));
    const ids = documents.flatMap((each) =>
      familiesOf(each).flatMap(([, { cases }]) =>
        listOf(cases).map((value) => textOf(objectOf(value)['id'])),
      ),
    );
    for (const deviation of deviations) {
      expect(Object.keys(deviation).toSorted()).toEqual(['family', 'reason', 'when']);
      expect(known.has(textOf(deviation['family']))).toBe(true);
      expect(listOf(deviation['when']).length).toBeGreaterThan(0);
      expect(textOf(deviation['reason'])).not.toBe('');
      expect(ids.filter((each) => JSON.stringify(deviation).includes(each))).toEqual([]);
    }
  });
});

function conformance(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(here, 'main.ts'), ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

describe('npm run conformance', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function file(name: string, content: Json | string): string {
    const target = path.join(folder, name);
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
    return target;
  }

  const right = { toleration: { operator: 'Exists' }, taint: { key: 'a', effect: 'NoSchedule' } };
  const mixed: Json = {
    families: {
      tolerationToleratesTaint: {
        cases: [
          { id: 'right', input: right, expected: { tolerated: true } },
          { id: 'wrong', input: right, expected: { tolerated: false } },
        ],
      },
      notYetKnown: { cases: [{ id: 'new', input: {}, expected: { value: 1 } }] },
      minTolerationSeconds: {
        cases: [{ id: 'none', input: { usedTolerations: [] }, expected: { seconds: 0 } }],
      },
    },
  };

  test('prints a line per family, the failures, and closes with the sum', () => {
    const { status, stdout, stderr } = conformance(file('mixed.json', mixed));
    expect(stdout.split('\n').slice(1)).toEqual([
      '  tolerationToleratesTaint: 1 passed, 1 failed',
      '    failed wrong: expected {"tolerated":false}, got {"tolerated":true}',
      '  notYetKnown: 0 passed, 1 failed',
      '    failed new: expected {"value":1}, got {"error":"no function for this family"}',
      '  minTolerationSeconds: 1 passed, 0 failed',
      '2 passed, 2 failed',
      '',
    ]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });

  test('--format json has the published shape, and an unknown family counts as failed', () => {
    const target = file('mixed.json', mixed);
    const { status, stdout } = conformance('--format', 'json', target);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      files: [
        {
          file: target,
          families: [
            {
              family: 'tolerationToleratesTaint',
              passed: 1,
              failed: 1,
              unsupported: 0,
              failures: [
                { id: 'wrong', expected: { tolerated: false }, actual: { tolerated: true } },
              ],
            },
            {
              family: 'notYetKnown',
              passed: 0,
              failed: 1,
              unsupported: 1,
              failures: [
                {
                  id: 'new',
                  expected: { value: 1 },
                  actual: { error: 'no function for this family' },
                },
              ],
            },
            { family: 'minTolerationSeconds', passed: 1, failed: 0, unsupported: 0, failures: [] },
          ],
        },
      ],
    });
  });

  test.each([
    { families: 'minTolerationSeconds', status: 0, closing: '1 passed, 0 failed' },
    { families: 'minTolerationSeconds,notYetKnown', status: 1, closing: '1 passed, 1 failed' },
    { families: 'notYetKnown', status: 1, closing: '0 passed, 1 failed' },
  ])('--families $families: exit $status', ({ families, status, closing }) => {
    const answer = conformance('--families', families, file('mixed.json', mixed));
    expect(answer.status).toBe(status);
    expect(answer.stdout.trimEnd().split('\n').at(-1)).toBe(closing);
  });

  test('several files are one run', () => {
    const { status, stdout } = conformance(...vectorFiles);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\n\d+ passed, 0 failed\n$/u);
  });

  test.each([
    { what: 'no file', args: () => [], says: /name at least one vectors file/u },
    { what: 'an unknown option', args: () => ['--colour'], says: /--colour/u },
    { what: 'an unknown format', args: () => ['--format', 'xml', 'x'], says: /not xml/u },
    {
      what: 'a family that no file has',
      args: () => ['--families', 'nope', file('mixed.json', mixed)],
      says: /no file has a family called nope/u,
    },
    {
      what: 'a missing file',
      args: () => [path.join(folder, 'gone.json')],
      says: /gone\.json: ENOENT/u,
    },
    {
      what: 'a truncated file',
      args: () => [file('cut.json', '{"families": {')],
      says: /cut\.json: .*JSON/u,
    },
    { what: 'another document', args: () => [file('other.json', [1])], says: /no vectors/u },
    {
      what: 'a family without cases',
      args: () => [file('empty.json', { families: { lbNaming: {} } })],
      says: /family lbNaming has no cases/u,
    },
  ])('$what: one line, exit 2', ({ args, says }) => {
    const { status, stdout, stderr } = conformance(...args());
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^conformance: [^\n]+\n$/u);
    expect(stderr).toMatch(says);
  });
});
