import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { caseFolders } from '../engine/case-file.ts';
import { kinds, planOf, readCase, savedObjects } from './read-case.ts';

const lists = Object.keys(kinds);

describe('a plan of a snapshot with its own manifests', () => {
  test.each(caseFolders())('changes nothing: $name', async ({ directory }) => {
    const items = lists
      .filter((list) => existsSync(path.join(directory, 'kubernetes', `${list}.json`)))
      .flatMap((list) => savedObjects(directory, list));
    const plan = await planOf(await readCase(directory), {
      manifests: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
    expect(plan.problems).toEqual([]);
    expect(plan.changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    expect(plan.changes.length).toBeGreaterThan(0);
    expect(plan.services).toEqual([]);
    expect(plan.placements).toEqual([]);
    expect(plan.findings.new).toEqual([]);
    expect(plan.findings.gone).toEqual([]);
    expect(plan.effect).toBe('same');
  });
});
