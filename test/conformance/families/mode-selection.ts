import { chooseBasicLoadBalancer, selectVmSets } from '../../../shared/load-balancing/index.ts';
import { listOf, mapOf, numberOf, objectOf, textOf, type FamilyRunner } from '../family.ts';

/** Family `loadBalancerModeSelection`: candidate VM sets of a Service, and the load balancer among them. */
export const loadBalancerModeSelection: FamilyRunner = ({ input }) => {
  const sku = textOf(input['sku']);
  const primaryVmSet = textOf(input['primaryVMSet']);
  const selected = selectVmSets({
    vmType: textOf(input['vmType']),
    sku,
    primaryVmSet,
    mode: typeof input['annotation'] === 'string' ? input['annotation'] : undefined,
    nodes: listOf(input['nodes']).map((value) => {
      const node = objectOf(value);
      return {
        name: textOf(node['name']),
        vmSet: textOf(node['vmSet']) || undefined,
        unresolvable: node['vmUnresolvable'] === true,
        labels: mapOf(node['labels']),
      };
    }),
  });
  if ('error' in selected) return { error: selected.error };
  const { vmSets } = selected;
  if (!Array.isArray(input['existingLBs'])) return { vmSets };
  const chosen = chooseBasicLoadBalancer({
    vmSets,
    existing: listOf(input['existingLBs']).map((value) => ({
      name: textOf(objectOf(value)['name']),
      ruleCount: numberOf(objectOf(value)['ruleCount']),
    })),
    clusterName: textOf(input['clusterName']),
    primaryVmSet,
    internal: input['isInternal'] === true,
    sku,
  });
  return 'error' in chosen ? { vmSets, error: chosen.error } : { vmSets, selectedLB: chosen.name };
};
