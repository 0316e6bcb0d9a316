import { sameName } from '../model/index.ts';
import { isControlPlane, providerExcludes } from './exclusions.ts';
import { baseName, isInternalName, loadBalancerName } from './names.ts';

interface ModeNode {
  readonly name: string;
  /** As ARM spells it; `undefined` = the node is in none. */
  readonly vmSet: string | undefined;
  /** The provider cannot find the node's machine at all. */
  readonly unresolvable?: boolean;
  readonly labels: ReadonlyMap<string, string>;
}

export interface ModeInputs {
  /** `standard` = availability sets, `vmss`, `vmssflex`. */
  readonly vmType: string;
  readonly sku: string;
  readonly primaryVmSet: string;
  /** Value of azure-load-balancer-mode; `undefined` = no annotation. */
  readonly mode: string | undefined;
  readonly nodes: readonly ModeNode[];
  readonly nodeResourceGroup?: string | undefined;
}

export type SelectedVmSets = { readonly vmSets: readonly string[] } | { readonly error: string };

/**
 * Basic: the VM sets whose load balancers may hold a Service, once per node that brings one
 * (source: cloud-provider-azure). On Standard the annotation is ignored.
 */
export function selectVmSets(inputs: ModeInputs): SelectedVmSets {
  const mode = inputs.mode?.trim();
  if (mode === undefined || sameName(inputs.sku, 'standard'))
    return { vmSets: [inputs.primaryVmSet] };
  const sets = candidates(inputs);
  if ('error' in sets || sameName(mode, '__auto__')) return sets;
  const named = sets.vmSets.find((name) => sameName(name, mode));
  const availabilitySets = sameName(inputs.vmType, 'standard');
  if (named !== undefined) return { vmSets: [availabilitySets ? mode : named] };
  if (availabilitySets) return { error: `availability set (${mode}) - not found` };
  return {
    error: sameName(inputs.vmType, 'vmssflex')
      ? `scale set (${mode}) - not found`
      : 'scale set not found',
  };
}

/** The sets of all agent nodes, one entry per node. Flexible scale sets are taken as they come. */
function candidates({ vmType, nodes, nodeResourceGroup }: ModeInputs): SelectedVmSets {
  if (sameName(vmType, 'vmssflex')) return { vmSets: nodes.flatMap((node) => node.vmSet ?? []) };
  const agents = nodes.filter((node) => !isControlPlane(node));
  if (sameName(vmType, 'standard')) {
    const vmSets = agents.flatMap((node) => node.vmSet?.toLowerCase() ?? []);
    return vmSets.length > 0 ? { vmSets } : noSets('availability', nodes);
  }
  const taken = agents.filter((node) => providerExcludes(node, nodeResourceGroup) === undefined);
  if (taken.some((node) => node.unresolvable === true))
    return {
      error: 'GetAgentPoolVMSetNames: failed to execute getAgentPoolScaleSets: not a vmss instance',
    };
  const vmSets = taken.flatMap((node) => node.vmSet ?? []);
  return vmSets.length > 0 ? { vmSets } : noSets('scale', nodes);
}

function noSets(kind: string, nodes: readonly ModeNode[]): SelectedVmSets {
  return { error: `no ${kind} sets found for nodes, node count(${nodes.length})` };
}

export interface ExistingLoadBalancer {
  readonly name: string;
  readonly ruleCount: number;
}

/**
 * Basic: the load balancer for a new Service among candidate VM sets: one that does not exist yet
 * wins at once, else the one with fewest rules, the first on ties.
 */
export function chooseBasicLoadBalancer(inputs: {
  readonly vmSets: readonly string[];
  readonly existing: readonly ExistingLoadBalancer[];
  readonly clusterName: string;
  readonly primaryVmSet: string;
  readonly internal: boolean;
  readonly sku: string;
  readonly maximumRules?: number;
}): { readonly name: string } | { readonly error: string } {
  let best: ExistingLoadBalancer | undefined;
  for (const vmSet of inputs.vmSets) {
    const name = loadBalancerName({ ...inputs, vmSet });
    const existing = inputs.existing.find(
      (each) =>
        sameName(baseName(each.name), baseName(name)) &&
        isInternalName(each.name) === inputs.internal,
    );
    if (existing === undefined) return { name };
    if (best === undefined || existing.ruleCount < best.ruleCount) best = existing;
  }
  const maximum = inputs.maximumRules ?? 250;
  if (best === undefined) return { error: 'no candidate load balancer' };
  if (sameName(inputs.sku, 'basic') && best.ruleCount >= maximum)
    return { error: `all available load balancers have exceeded maximum rule limit ${maximum}` };
  return { name: best.name };
}
