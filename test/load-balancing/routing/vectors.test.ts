import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { listOf, type Json } from '../../conformance/family.ts';
import { familiesOf, runVectors } from '../../conformance/run.ts';

const file = path.join(import.meta.dirname, 'vectors/gateway-api.json');
const document = JSON.parse(readFileSync(file, 'utf8')) as Json;

describe('conformance cases of the Gateway API', () => {
  const results = runVectors(document);

  test.each(results)(
    '$family: $passed as the specification says',
    ({ failures, passed, family }) => {
      const cases = familiesOf(document).find(([name]) => name === family)?.[1]['cases'];
      expect(failures).toEqual([]);
      expect(passed).toBe(listOf(cases).length);
    },
  );

  test('are many', () => {
    expect(results.reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThanOrEqual(200);
  });
});
