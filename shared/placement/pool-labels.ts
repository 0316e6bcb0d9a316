import {
  allOf,
  anyOf,
  answerOf,
  requirementHolds,
  type Tristate,
  type ManagedCluster,
  type NodePool,
  type NodeSelectorTerm,
  type PodSpec,
  type Requirement,
} from '../model/index.ts';
import { isEmptyTerm, namedNodes, termFaults } from './node-affinity.ts';

/** What ARM tells of a label on the nodes of a pool: its possible values, or that nobody can tell. */
type LabelFact =
  | { readonly kind: 'values'; readonly values: readonly (string | undefined)[] }
  | { readonly kind: 'unknown' };

/** The labels of a pool's future nodes, three-valued (source: cluster-autoscaler and node auto provisioning). */
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

/** Old names without a prefix that AKS writes on some nodes. */
const oldNames = ['storageprofile', 'storagetier', 'accelerator'];

/** What labels a new node of the pool would have, as far as ARM tells. */
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
  put('kubernetes.azure.com/os-sku-requested', pool.osSku);
  put('kubernetes.azure.com/node-image-version', pool.nodeImageVersion);
  put('kubernetes.azure.com/nodepool-type', pool.type);
  for (const [key, value] of pool.labels) known.set(key, [value]);
  return {
    fact(key) {
      const values = known.get(key);
      if (values !== undefined) return { kind: 'values', values };
      if (key === 'kubernetes.azure.com/scalesetpriority' && !pool.spot)
        return { kind: 'values', values: [undefined] };
      return oldNames.includes(key) || reserved.some((prefix) => key.startsWith(prefix))
        ? unknown
        : { kind: 'values', values: [undefined] };
    },
  };
}

/** `some` = on the nodes with some of the values that a label has in the pool. */
export type ShapeAnswer = Tristate | 'some';

/** `nodeSelector` and required affinity against a pool's shape. Names of nodes cannot be told from a pool. */
export function shapeFits(spec: PodSpec, shape: PoolShape): ShapeAnswer {
  const selector = [...spec.nodeSelector].map(([key, value]): Requirement => ({
    key,
    operator: 'In',
    values: [value],
  }));
  if (spec.requiredNodeAffinity === undefined) return together(selector, [], shape);
  // Names that contradict each other are those of no node, in whatever pool.
  if (namedNodes(spec.requiredNodeAffinity)?.size === 0) return 'no';
  const answers = spec.requiredNodeAffinity.map((term) => termAnswer(selector, term, shape));
  const firm = anyOf(answers.map((answer) => (answer === 'some' ? 'no' : answer)));
  return firm === 'no' && answers.includes('some') ? 'some' : firm;
}

function termAnswer(
  selector: readonly Requirement[],
  term: NodeSelectorTerm,
  shape: PoolShape,
): ShapeAnswer {
  if (isEmptyTerm(term) || termFaults(term, '').length > 0) return 'no';
  return together([...selector, ...term.matchExpressions], term.matchFields, shape);
}

/**
 * All requirements on one node. Those on the same label are asked of one value at a time; of two
 * labels that differ among the nodes nobody knows whether they meet on one.
 */
function together(
  requirements: readonly Requirement[],
  fields: readonly Requirement[],
  shape: PoolShape,
): ShapeAnswer {
  const byKey = Map.groupBy(requirements, (each) => each.key);
  const answers = [...byKey].map(([key, group]) => labelAnswer(group, shape.fact(key)));
  const partly = answers.filter((answer) => answer === 'some').length;
  const firm = allOf([
    ...answers.map((answer) => (answer === 'some' ? 'yes' : answer)),
    ...fields.map((): Tristate => 'unknown'),
  ]);
  if (firm !== 'yes' || partly === 0) return firm;
  return partly === 1 ? 'some' : 'unknown';
}

function labelAnswer(group: readonly Requirement[], fact: LabelFact): ShapeAnswer {
  if (fact.kind === 'unknown') return 'unknown';
  const answers = new Set(
    fact.values.map((value) =>
      group.every((each) =>
        requirementHolds(each, value === undefined ? new Map() : new Map([[each.key, value]])),
      ),
    ),
  );
  return answers.size > 1 ? 'some' : answerOf(answers.has(true));
}
