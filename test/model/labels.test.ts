import { describe, expect, test } from '@jest/globals';
import { matchesLabelSelector, selectorFault } from '../../shared/model/index.ts';

function selector(
  matchLabels: Readonly<Record<string, string>>,
  ...matchExpressions: readonly (readonly [string, string, readonly string[]])[]
) {
  return {
    matchLabels: new Map(Object.entries(matchLabels)),
    matchExpressions: matchExpressions.map(([key, operator, values]) => ({
      key,
      operator,
      values,
    })),
  };
}

test('a null selector matches nothing, an empty one everything', () => {
  expect(matchesLabelSelector(undefined, new Map())).toBe(false);
  expect(matchesLabelSelector(selector({}), new Map())).toBe(true);
});

test('labels and expressions all have to hold', () => {
  const both = selector({ a: '1' }, ['b', 'NotIn', ['2']]);
  expect(matchesLabelSelector(both, new Map([['a', '1']]))).toBe(true);
  expect(
    matchesLabelSelector(
      both,
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    ),
  ).toBe(false);
  expect(matchesLabelSelector(both, new Map([['b', '3']]))).toBe(false);
});

describe('what Kubernetes says of a selector that it cannot use', () => {
  test.each([
    { given: selector({}), fault: undefined },
    { given: selector({ a: '' }, ['b', 'Exists', []]), fault: undefined },
    {
      given: selector({}, ['b', 'In', []]),
      fault: "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
    },
    {
      given: selector({}, ['b', 'NotIn', []]),
      fault: "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
    },
    {
      given: selector({}, ['b', 'Exists', ['x']]),
      fault: 'values: Invalid value: ["x"]: values set must be empty for exists and does not exist',
    },
    {
      given: selector({}, ['b', 'Gt', ['1']]),
      fault: '"Gt" is not a valid label selector operator',
    },
    { given: selector({}, ['b', '', ['1']]), fault: '"" is not a valid label selector operator' },
    { given: selector({ 'a b': '1' }), fault: 'key: Invalid value: "a b": not a label key' },
    { given: selector({ a: '-' }), fault: 'values[0]: Invalid value: "-": not a label value' },
    {
      given: selector({}, ['b', 'In', ['x', 'y/z']]),
      fault: 'values[1]: Invalid value: "y/z": not a label value',
    },
    {
      given: selector({}, ['b c', 'In', []]),
      fault:
        "[key: Invalid value: \"b c\": not a label key, values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty]",
    },
  ])('$given: $fault', ({ given, fault }) => {
    expect(selectorFault(given)).toBe(fault);
  });
});
