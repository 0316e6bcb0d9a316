import { describe, expect, test } from '@jest/globals';
import { fitsRequired, preferredScore, termMatches } from '../../shared/placement/index.ts';
import type { NodeSelectorTerm, Requirement } from '../../shared/model/index.ts';
import { podSpec } from '../builders/index.ts';

function requirement(key: string, operator: string, ...values: readonly string[]): Requirement {
  return { key, operator, values };
}

function term(...matchExpressions: readonly Requirement[]): NodeSelectorTerm {
  return { matchExpressions, matchFields: [] };
}

function named(operator: string, ...values: readonly string[]): NodeSelectorTerm {
  return { matchExpressions: [], matchFields: [requirement('metadata.name', operator, ...values)] };
}

const node = {
  name: 'n1',
  labels: new Map([
    ['zone', 'a'],
    ['cores', '0206'],
    ['empty', ''],
    ['constructor', 'x'],
  ]),
};
const matching = term(requirement('zone', 'In', 'a'));
const broken = term(requirement('zone', 'In', 'a'), requirement('zone', 'In'));

describe('required affinity', () => {
  test.each([
    { what: 'no affinity', terms: undefined, fits: true },
    { what: 'an empty list of terms', terms: [], fits: false },
    { what: 'an empty term', terms: [term()], fits: false },
    { what: 'an empty term beside one that matches', terms: [term(), matching], fits: true },
    { what: 'a term with a fault', terms: [broken], fits: false },
    { what: 'a term with a fault beside one that matches', terms: [broken, matching], fits: true },
    {
      what: 'an absent label under NotIn',
      terms: [term(requirement('no', 'NotIn', 'x'))],
      fits: true,
    },
    { what: 'an absent label under In', terms: [term(requirement('no', 'In', ''))], fits: false },
    {
      what: 'an empty value under Exists',
      terms: [term(requirement('empty', 'Exists'))],
      fits: true,
    },
    {
      what: 'leading zeros under Gt',
      terms: [term(requirement('cores', 'Gt', '0204'))],
      fits: true,
    },
    { what: 'Gt of itself', terms: [term(requirement('cores', 'Gt', '206'))], fits: false },
    { what: 'a sign in the operand', terms: [term(requirement('cores', 'Gt', '-1'))], fits: false },
    { what: 'Lt on an absent label', terms: [term(requirement('no', 'Lt', '9'))], fits: false },
    {
      what: 'an operator of label selectors',
      terms: [term(requirement('zone', '=', 'a'))],
      fits: false,
    },
    {
      what: 'a label called constructor',
      terms: [term(requirement('constructor', 'In', 'x'))],
      fits: true,
    },
    {
      what: 'a label that only objects have',
      terms: [term(requirement('toString', 'Exists'))],
      fits: false,
    },
    { what: 'the name', terms: [named('In', 'n1')], fits: true },
    { what: 'not the name', terms: [named('NotIn', 'n1')], fits: false },
    { what: 'two names in one field', terms: [named('In', 'n1', 'n2')], fits: false },
    { what: 'the name by Exists', terms: [named('Exists')], fits: false },
    {
      what: 'a label called metadata.name',
      terms: [term(requirement('metadata.name', 'In', 'n1'))],
      fits: false,
    },
  ])('$what: $fits', ({ terms, fits }) => {
    expect(fitsRequired(podSpec({ requiredNodeAffinity: terms }), node)).toBe(fits);
  });

  test('selector and affinity both apply', () => {
    const spec = podSpec({
      nodeSelector: new Map([['zone', 'b']]),
      requiredNodeAffinity: [matching],
    });
    expect(fitsRequired(spec, node)).toBe(false);
  });

  test('a template without a name is not asked for it', () => {
    expect(termMatches(named('In', 'other'), { name: '', labels: new Map() })).toBe(true);
  });
});

test('preferred terms add up; weight 0, empty and faulty terms count for nothing', () => {
  const terms = [
    { weight: 5, term: matching },
    { weight: 7, term: named('In', 'n1') },
    { weight: 0, term: matching },
    { weight: 11, term: term() },
    { weight: 13, term: broken },
  ];
  expect(preferredScore(terms, node)).toBe(12);
});
