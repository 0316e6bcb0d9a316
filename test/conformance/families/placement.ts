import {
  matchesLabelSelector,
  type Node,
  type PodSpec,
  type Taint,
} from '../../../shared/model/index.ts';
import { requirementFaults } from '../../../shared/model/labels.ts';
import {
  compareNumericValues,
  daemonSetOn,
  firstUntolerated,
  fitsRequired,
  isHard,
  landing,
  toleratesTaint,
} from '../../../shared/placement/index.ts';
import {
  toleratesCordon,
  evictionOf,
  shortestToleration,
} from '../../../shared/placement/landing.ts';
import { affinityScores, taintScores } from '../../../shared/placement/scores.ts';
import {
  listOf,
  mapOf,
  objectOf,
  textOf,
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
  tolerationOf,
} from './placement-inputs.ts';
import {
  daemonSetSync,
  nodeAffinityFilter,
  nodeSelectorMatch,
  preferredTermsScore,
  requirementsAsSelector,
  unresolvable,
} from './placement-answers.ts';

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
  [
    'labelRequirementValid',
    ({ input }) => ({ valid: requirementFaults(requirementOf(input)).length === 0 }),
  ],
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
        .filter((node) => fits(spec, node));
      return { nodes: fitting.map((node) => node.name as string).toSorted() };
    },
  ],
]);

/** The scheduler sees a node that is not Ready by its taints alone; every other obstacle is its own. */
function fits(spec: PodSpec, node: Node): boolean {
  return landing(spec, node).obstacles.every(({ kind }) => kind === 'not-ready');
}
