import {
  affinityScores,
  compareNumericValues,
  daemonSetOn,
  evictionOf,
  expressionFaults,
  firstUntolerated,
  fitsRequired,
  fitsTerms,
  isHard,
  matchesLabelSelector,
  namedNodes,
  preferredScore,
  requirementIsValid,
  schedulerFits,
  shortestToleration,
  taintScores,
  termFaults,
  termMatches,
  toleratesCordon,
  toleratesTaint,
} from '../../../shared/placement/index.ts';
import { compareText, type NodeSelectorTerm, type Taint } from '../../../shared/model/index.ts';
import {
  listOf,
  mapOf,
  objectOf,
  textOf,
  type Compared,
  type FamilyRunner,
  type Json,
  type JsonObject,
} from '../family.ts';
import {
  bareSpecOf,
  nodeOf,
  preferredOf,
  requirementOf,
  specOf,
  taintOf,
  termsOf,
  tolerationOf,
} from './placement-inputs.ts';

const unresolvable = 'UnschedulableAndUnresolvable';

function gate(input: JsonObject) {
  return { comparisonOperators: input['comparisonOperatorsEnabled'] === true };
}

/** Which taints count, as the vectors say it: all, none, or some effects. */
function filterOf(filter: Json | undefined): (taint: Taint) => boolean {
  const { kind, effects } = objectOf(filter);
  if (kind === 'none') return () => false;
  if (kind === 'effects') return (taint) => listOf(effects).includes(taint.effect);
  return () => true;
}

export const placementFamilies: ReadonlyMap<string, FamilyRunner> = new Map<string, FamilyRunner>([
  [
    'tolerationToleratesTaint',
    ({ input }) => ({
      tolerated: toleratesTaint(
        tolerationOf(input['toleration']),
        taintOf(input['taint']),
        gate(input),
      ),
    }),
  ],
  [
    'compareNumericTolerationValues',
    ({ input }) => ({
      result: compareNumericValues(
        textOf(input['operator']),
        textOf(input['tolerationValue']),
        textOf(input['taintValue']),
      ),
    }),
  ],
  [
    'findUntoleratedTaint',
    ({ input }) => ({
      allTolerated:
        firstUntolerated(
          listOf(input['taints']).map(taintOf),
          listOf(input['tolerations']).map(tolerationOf),
          filterOf(input['filter']),
          gate(input),
        ) === undefined,
    }),
  ],
  [
    'labelSelectorMatch',
    ({ input }) => ({
      match: matchesLabelSelector(
        {
          matchLabels: mapOf(input['matchLabels']),
          matchExpressions: listOf(input['requirements']).map(requirementOf),
        },
        mapOf(input['labels']),
      ),
    }),
  ],
  ['labelRequirementValid', ({ input }) => ({ valid: requirementIsValid(requirementOf(input)) })],
  [
    'nodeSelectorRequirementsAsSelector',
    ({ input }) => requirementsAsSelector(input['requirements']),
  ],
  ['nodeSelectorMatch', ({ input }) => nodeSelectorMatch(input)],
  [
    'requiredNodeAffinity',
    ({ input }) => ({ fits: fitsRequired(specOf(input['pod']), nodeOf(input['node'])) }),
  ],
  ['preferredTermsScore', ({ input }) => preferredTermsScore(input)],
  [
    'taintTolerationFilter',
    ({ input }) => {
      const { tolerations } = specOf(input['pod']);
      const taint = firstUntolerated(
        nodeOf(input['node']).taints,
        tolerations,
        isHard,
        gate(input),
      );
      return { code: taint === undefined ? 'Success' : unresolvable };
    },
  ],
  [
    'taintTolerationScore',
    ({ input }) => {
      const nodes = listOf(input['nodes']).map(nodeOf);
      const scores = taintScores(specOf(input['pod']).tolerations, nodes, gate(input));
      return {
        normalizedScores: Object.fromEntries(nodes.map((node, at) => [node.name, scores[at] ?? 0])),
      };
    },
  ],
  ['nodeAffinityFilter', ({ input }) => nodeAffinityFilter(input)],
  [
    'nodeAffinityScore',
    ({ input }) => {
      const nodes = listOf(input['nodes']).map(nodeOf);
      const spec = specOf(input['pod']);
      const added = preferredOf(
        objectOf(input['addedAffinity'])['preferredDuringSchedulingIgnoredDuringExecution'],
      );
      const terms = [...added, ...spec.preferredNodeAffinity];
      const scores = affinityScores({ preferredNodeAffinity: terms }, nodes);
      return {
        normalizedScores: Object.fromEntries(nodes.map((node, at) => [node.name, scores[at] ?? 0])),
      };
    },
  ],
  [
    'nodeUnschedulableFilter',
    ({ input }) => {
      const blocked = nodeOf(input['node']).unschedulable && !toleratesCordon(specOf(input['pod']));
      return { code: blocked ? unresolvable : 'Success' };
    },
  ],
  [
    'taintEviction',
    ({ input }) => {
      const eviction = evictionOf(specOf(input['pod']), nodeOf(input['node']));
      return {
        deletedAtOnce: eviction.kind === 'at-once',
        deletedAfterSeconds: eviction.kind === 'after' ? eviction.seconds : null,
        deletionQueued: eviction.kind === 'after',
      };
    },
  ],
  [
    'minTolerationSeconds',
    ({ input }) => ({
      seconds: shortestToleration(listOf(input['usedTolerations']).map(tolerationOf)),
    }),
  ],
  [
    'daemonSetShouldRun',
    ({ input }) => {
      const { shouldRun, shouldStay } = daemonSetOn(
        specOf(input['template']),
        nodeOf(input['node']),
      );
      return { shouldRun, shouldContinueRunning: shouldStay };
    },
  ],
  ['daemonSetSync', ({ input }) => daemonSetSync(input)],
  [
    'schedulerFits',
    ({ input }, family) => {
      const world = objectOf(objectOf(family['worlds'])[textOf(input['world'])]);
      const spec = bareSpecOf(input['podSpec']);
      const fitting = listOf(world['nodes'])
        .map(nodeOf)
        .filter((node) => schedulerFits(spec, node));
      return { nodes: fitting.map((node) => node.name as string).toSorted() };
    },
  ],
]);

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
function requirementsAsSelector(value: Json | undefined): JsonObject {
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

function nodeSelectorMatch(input: JsonObject): JsonObject {
  const terms = termsOf(objectOf(input['nodeSelector'])['nodeSelectorTerms']);
  const errorFields = terms.flatMap((term, at) =>
    isEmpty(term) ? [] : termFaults(term, `nodeSelectorTerms[${at}]`),
  );
  const match =
    input['node'] !== null && terms.some((term) => termMatches(term, nodeOf(input['node'])));
  return errorFields.length > 0 ? { strictParseError: true, errorFields, match } : { match };
}

function preferredTermsScore(input: JsonObject): JsonObject {
  const terms = preferredOf(input['preferred']);
  const errorFields = terms.flatMap(({ term, weight }, at) =>
    weight === 0 || isEmpty(term) ? [] : termFaults(term, `[${at}]`),
  );
  if (errorFields.length > 0) return { strictParseError: true, errorFields };
  return { score: preferredScore(terms, nodeOf(input['node'])) };
}

function isEmpty(term: NodeSelectorTerm): boolean {
  return term.matchExpressions.length === 0 && term.matchFields.length === 0;
}

/** The plugin's own answers around `fitsRequired`: what it narrows to before any node is looked at. */
function nodeAffinityFilter(input: JsonObject): JsonObject {
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

function daemonSetSync(input: JsonObject): JsonObject {
  const spec = specOf(input['template']);
  const running = input['podAlreadyOnNode'] === true;
  const decisions = listOf(input['nodes']).map((node) => daemonSetOn(spec, nodeOf(node)));
  return {
    creates: running ? 0 : decisions.filter((each) => each.shouldRun).length,
    deletes: running ? decisions.filter((each) => !each.shouldStay).length : 0,
  };
}
