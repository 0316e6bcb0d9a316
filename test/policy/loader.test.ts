import { describe, expect, test } from '@jest/globals';
import { defaultPolicy, policyLoader } from '../../shared/policy/index.ts';
import { ruleIds } from './builders.ts';

const strict = 'version: 1\nsystemNamespaces: [strict]\n';
const loose = 'version: 1\nsystemNamespaces: [loose]\n';
const bad = 'version: 1\nrulez: []\n';

/** A source whose text a test changes; `undefined` = it cannot be read. */
function source(kept?: string) {
  const memory = { kept };
  const file: { text: string | undefined } = { text: strict };
  const inForce = policyLoader({
    name: 'p.yaml',
    ruleIds,
    read: () =>
      file.text === undefined
        ? Promise.reject(new Error('404\nstack'))
        : Promise.resolve(file.text),
    memory: {
      last: () => Promise.resolve(memory.kept),
      keep(text) {
        memory.kept = text;
        return Promise.resolve();
      },
    },
  });
  const after = async (text: string | undefined) => {
    file.text = text;
    const { policy, from, faults } = await inForce();
    return [from, ...policy.systemNamespaces, ...faults];
  };
  return { after, memory, inForce };
}

describe('which policy is in force', () => {
  test('is what the source has, as it changes', async () => {
    const { after, memory } = source();
    expect(await after(strict)).toEqual(['given', 'strict']);
    expect(await after(loose)).toEqual(['given', 'loose']);
    expect(memory.kept).toBe(loose);
  });

  test('stays the last good one when a new version has faults or cannot be read', async () => {
    const { after, memory } = source();
    await after(strict);
    expect(await after(bad)).toEqual([
      'last-good',
      'strict',
      'p.yaml:2:1: unknown key "rulez"; did you mean "rules"?',
    ]);
    expect(await after(undefined)).toEqual(['last-good', 'strict', 'p.yaml: cannot be read: 404']);
    expect(memory.kept).toBe(strict);
    expect(await after(loose)).toEqual(['given', 'loose']);
  });

  test('is remembered across restarts', async () => {
    expect(await source(strict).after(bad)).toEqual([
      'last-good',
      'strict',
      expect.stringContaining('rulez'),
    ]);
  });

  test('is that of no file where there never was a good one, and says so', async () => {
    const { inForce, after } = source('version: 0');
    expect(await after(bad)).toEqual(['default', expect.stringContaining('rulez')]);
    expect((await inForce()).policy).toBe(defaultPolicy);
  });
});
