import {
  allOf,
  anyOf,
  answerOf,
  requirementHolds,
  type Answer,
  type ManagedCluster,
  type NodePool,
  type NodeSelectorTerm,
  type PodSpec,
  type Requirement,
} from '../model/index.ts';
import { expressionFaults, fieldFaults, isEmptyTerm } from './node-affinity.ts';

/** What ARM tells of a label on the nodes of a pool: its possible values, or that nobody can tell. */
type LabelFact =
  | { readonly kind: 'values'; readonly values: readonly (string | undefined)[] }
  | { readonly kind: 'unknown' };

/** The labels of a pool's future nodes, three-valued (placement.md §8.2). */
export interface PoolShape {
  fact(key: string): LabelFact;
}

const unknown: LabelFact = { kind: 'unknown' };

const reserved = [
  'kubernetes.azure.com/',
  'kubernetes.io/',
  'topology.',
  'node.kubernetes.io/',
  'karpenter.',
  'beta.',
  'failure-domain.',
];

export function poolShape(pool: NodePool, cluster: ManagedCluster): PoolShape {
  const known = new Map<string, readonly string[]>();
  const put = (key: string, ...values: readonly (string | undefined)[]): void => {
    const given = values.flatMap((value) => value || []);
    if (given.length > 0) known.set(key, given);
  };
  put('kubernetes.azure.com/agentpool', pool.name);
  put('agentpool', pool.name);
  put('kubernetes.azure.com/mode', pool.mode);
  put('kubernetes.azure.com/role', 'agent');
  put('kubernetes.io/os', pool.osType?.toLowerCase());
  put('beta.kubernetes.io/os', pool.osType?.toLowerCase());
  put('node.kubernetes.io/instance-type', ...pool.vmSizes);
  put('beta.kubernetes.io/instance-type', ...pool.vmSizes);
  put('topology.kubernetes.io/region', cluster.location);
  put('failure-domain.beta.kubernetes.io/region', cluster.location);
  if (pool.zones.length > 0)
    put('topology.kubernetes.io/zone', ...pool.zones.map((zone) => `${cluster.location}-${zone}`));
  put('kubernetes.azure.com/cluster', cluster.nodeResourceGroup);
  put('kubernetes.azure.com/priority', pool.spot ? 'spot' : 'regular');
  if (pool.spot) put('kubernetes.azure.com/scalesetpriority', 'spot');
  put('kubernetes.azure.com/os-sku', pool.osSku);
  put('kubernetes.azure.com/node-image-version', pool.nodeImageVersion);
  put('kubernetes.azure.com/nodepool-type', pool.type);
  for (const [key, value] of pool.labels) known.set(key, [value]);
  return {
    fact(key) {
      const values = known.get(key);
      if (values !== undefined) return { kind: 'values', values };
      if (key === 'kubernetes.azure.com/scalesetpriority' && !pool.spot)
        return { kind: 'values', values: [undefined] };
      return reserved.some((prefix) => key.startsWith(prefix))
        ? unknown
        : { kind: 'values', values: [undefined] };
    },
  };
}

/** Every possible value must agree for a firm answer; a set that differs is `some`, told as unknown with `mixed`. */
export type ShapeAnswer = Answer | 'some';

/** `nodeSelector` and required affinity against a pool's shape. Names of nodes cannot be told from a pool. */
export function shapeFits(spec: PodSpec, shape: PoolShape): ShapeAnswer {
  const selector = [...spec.nodeSelector].map(([key, value]) =>
    requirementAnswer({ key, operator: 'In', values: [value] }, shape),
  );
  const terms =
    spec.requiredNodeAffinity === undefined
      ? 'yes'
      : some(spec.requiredNodeAffinity.map((term) => termAnswer(term, shape)));
  return every([...selector, terms]);
}

function termAnswer(term: NodeSelectorTerm, shape: PoolShape): ShapeAnswer {
  if (isEmptyTerm(term)) return 'no';
  const faulty =
    term.matchExpressions.some((each) => expressionFaults(each).length > 0) ||
    term.matchFields.some((each) => fieldFaults(each).length > 0);
  if (faulty) return 'no';
  return every([
    ...term.matchExpressions.map((each) => requirementAnswer(each, shape)),
    ...term.matchFields.map((): ShapeAnswer => 'unknown'),
  ]);
}

function requirementAnswer(requirement: Requirement, shape: PoolShape): ShapeAnswer {
  const fact = shape.fact(requirement.key);
  if (fact.kind === 'unknown') return 'unknown';
  const answers = new Set(
    fact.values.map((value) =>
      requirementHolds(
        requirement,
        value === undefined ? new Map() : new Map([[requirement.key, value]]),
      ),
    ),
  );
  if (answers.size > 1) return 'some';
  return answerOf(answers.has(true));
}

/** AND: a firm no decides; else unknown before some before yes. */
function every(answers: readonly ShapeAnswer[]): ShapeAnswer {
  const firm = allOf(answers.map(withoutSome));
  return firm === 'yes' && answers.includes('some') ? 'some' : firm;
}

/** OR: a firm yes decides; else unknown, else some. */
function some(answers: readonly ShapeAnswer[]): ShapeAnswer {
  const firm = anyOf(answers.map((answer) => (answer === 'some' ? 'no' : answer)));
  return firm === 'no' && answers.includes('some') ? 'some' : firm;
}

function withoutSome(answer: ShapeAnswer): Answer {
  return answer === 'some' ? 'yes' : answer;
}
