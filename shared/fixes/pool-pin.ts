import { isEmptyTerm } from '../placement/index.ts';
import type { NodeSelectorTerm, PodSpec, Requirement } from '../model/index.ts';

/** Demands of a pod spec on the node that it runs on. */
type NodeDemands = Pick<PodSpec, 'nodeSelector' | 'requiredNodeAffinity'>;

const poolKeys: ReadonlySet<string> = new Set(['kubernetes.azure.com/agentpool', 'agentpool']);

/** What pods demand of a node besides its pool: a new pin takes the place of an older one, and of nothing else. */
export function withoutPoolPin({ nodeSelector, requiredNodeAffinity }: NodeDemands): NodeDemands {
  return {
    nodeSelector: new Map([...nodeSelector].filter(([key]) => !poolKeys.has(key))),
    requiredNodeAffinity: termsWithoutPool(requiredNodeAffinity ?? []),
  };
}

/** Keys of the node selector that pin pods to a pool. */
export function poolSelectorKeys({ nodeSelector }: NodeDemands): readonly string[] {
  return [...nodeSelector.keys()].filter((key) => poolKeys.has(key));
}

/** Terms are alternatives: one that names a pool and nothing else leaves no demand. */
function termsWithoutPool(
  terms: readonly NodeSelectorTerm[],
): readonly NodeSelectorTerm[] | undefined {
  const left = terms
    .filter((term) => !isEmptyTerm(term))
    .map(({ matchExpressions, matchFields }) => ({
      matchExpressions: matchExpressions.filter((each) => !namesPools(each)),
      matchFields,
    }));
  return left.length === 0 || left.some(isEmptyTerm) ? undefined : left;
}

function namesPools({ key, operator }: Requirement): boolean {
  return poolKeys.has(key) && operator === 'In';
}
