import {
  daemonSetOn,
  expressionFaults,
  fitsRequired,
  fitsTerms,
  isEmptyTerm,
  namedNodes,
  preferredScore,
  termFaults,
  termMatches,
} from '../../../shared/placement/index.ts';
import { compareText } from '../../../shared/model/index.ts';
import { listOf, objectOf, textOf, type Compared, type Json, type JsonObject } from '../family.ts';
import { nodeOf, preferredOf, requirementOf, specOf, termsOf } from './placement-inputs.ts';

/** Status of a filter that preemption cannot help. */
export const unresolvable = 'UnschedulableAndUnresolvable';

/** "Value order is free": the values of each requirement in order. */
export const placementComparisons: ReadonlyMap<string, Compared> = new Map([
  [
    'nodeSelectorRequirementsAsSelector',
    (expected: JsonObject): JsonObject =>
      'selector' in expected
        ? { ...expected, selector: withSortedValues(textOf(expected['selector'])) }
        : expected,
  ],
]);

function withSortedValues(selector: string): string {
  return selector.replaceAll(
    /\(([^)]*)\)/gu,
    (_, values: string) => `(${values.split(',').toSorted().join(',')})`,
  );
}

/** The text form that the vectors compare, requirements by key: `foo in (bar,baz),x>1`. */
export function requirementsAsSelector(value: Json | undefined): JsonObject {
  const requirements = listOf(value).map(requirementOf);
  if (requirements.length === 0) return { kind: 'nothing' };
  if (requirements.some((each) => expressionFaults(each).length > 0)) return { kind: 'error' };
  const text = requirements
    .toSorted((a, b) => compareText(a.key, b.key))
    .map(({ key, operator, values }) => {
      const list = `(${values.join(',')})`;
      switch (operator) {
        case 'In':
          return `${key} in ${list}`;
        case 'NotIn':
          return `${key} notin ${list}`;
        case 'Exists':
          return key;
        case 'DoesNotExist':
          return `!${key}`;
        default:
          return `${key}${operator === 'Gt' ? '>' : '<'}${values.join('')}`;
      }
    });
  return { kind: 'selector', selector: withSortedValues(text.join(',')) };
}

export function nodeSelectorMatch(input: JsonObject): JsonObject {
  const terms = termsOf(objectOf(input['nodeSelector'])['nodeSelectorTerms']);
  const errorFields = terms.flatMap((term, at) =>
    isEmptyTerm(term) ? [] : termFaults(term, `nodeSelectorTerms[${at}]`),
  );
  const match =
    input['node'] !== null && terms.some((term) => termMatches(term, nodeOf(input['node'])));
  return errorFields.length > 0 ? { strictParseError: true, errorFields, match } : { match };
}

export function preferredTermsScore(input: JsonObject): JsonObject {
  const terms = preferredOf(input['preferred']);
  const errorFields = terms.flatMap(({ term, weight }, at) =>
    weight === 0 || isEmptyTerm(term) ? [] : termFaults(term, `[${at}]`),
  );
  if (errorFields.length > 0) return { strictParseError: true, errorFields };
  return { score: preferredScore(terms, nodeOf(input['node'])) };
}

/** The plugin's own answers around `fitsRequired`: what it narrows to before any node is looked at. */
export function nodeAffinityFilter(input: JsonObject): JsonObject {
  const spec = specOf(input['pod']);
  const node = nodeOf(input['node']);
  const added = objectOf(input['addedAffinity'])['requiredDuringSchedulingIgnoredDuringExecution'];
  const addedTerms =
    added === undefined ? undefined : termsOf(objectOf(added)['nodeSelectorTerms']);
  const fits = fitsTerms(addedTerms, node) && fitsRequired(spec, node);
  const filter = fits ? 'Success' : unresolvable;
  if (input['runPreFilter'] === false) return { filter };
  const constrained = spec.nodeSelector.size > 0 || spec.requiredNodeAffinity !== undefined;
  if (!constrained && addedTerms === undefined)
    return { preFilter: 'Skip', preFilterNodeNames: null, filter };
  const names = namedNodes(spec.requiredNodeAffinity ?? []);
  if (names?.size === 0) return { preFilter: unresolvable, preFilterNodeNames: null, filter };
  return {
    preFilter: 'Success',
    preFilterNodeNames: names === undefined ? null : [...names].toSorted(),
    filter,
  };
}

export function daemonSetSync(input: JsonObject): JsonObject {
  const spec = specOf(input['template']);
  const running = input['podAlreadyOnNode'] === true;
  const decisions = listOf(input['nodes']).map((node) => daemonSetOn(spec, nodeOf(node)));
  return {
    creates: running ? 0 : decisions.filter((each) => each.shouldRun).length,
    deletes: running ? decisions.filter((each) => !each.shouldStay).length : 0,
  };
}
