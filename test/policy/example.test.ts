import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { defaultPolicy, parsePolicy, policyJsonSchema } from '../../shared/policy/index.ts';
import { allRules } from '../../shared/rules/index.ts';

const ruleIds = allRules.map((rule) => rule.meta.id);
const file = (name: string): string =>
  readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const example = file('evenkeel.policy.example.yaml');
const published: AnySchemaObject = JSON.parse(file('shared/policy/policy.schema.json'));
const validate = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  validateFormats: false,
}).compile(published);

describe('the example of a policy', () => {
  test('parses without a fault', () => {
    expect(parsePolicy(example, ruleIds)).toMatchObject({ kind: 'policy' });
  });

  test('shows every key that there is', () => {
    const shown = Object.keys(parse(example) as object);
    const keys = Object.keys(defaultPolicy).concat('slack');
    expect(keys.filter((key) => !shown.includes(key))).toEqual([]);
  });
});

describe('the published schema', () => {
  test('is the one that the code checks with; if not: npm run policy-schema', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(policyJsonSchema(ruleIds))));
  });

  test('takes the example', () => {
    expect({ taken: validate(parse(example)), errors: validate.errors }).toEqual({
      taken: true,
      errors: null,
    });
  });

  test.each([
    { name: 'an unknown key', given: { version: 1, rulez: [] } },
    {
      name: 'an unknown rule',
      given: { version: 1, rules: [{ rule: 'traffic/none', off: true }] },
    },
    { name: 'no version', given: {} },
    { name: 'a channel by name', given: { version: 1, slack: { fallback: '#ops' } } },
  ])('refuses $name', ({ given }) => {
    expect(validate(given)).toBe(false);
  });
});
