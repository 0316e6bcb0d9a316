import { sameName } from '../model/index.ts';
import { excludeLabel, isControlPlane } from './eligibility.ts';
import { baseName, isInternalName, loadBalancerName } from './names.ts';

export interface ModeNode {
  readonly name: string;
  /** As ARM spells it; `undefined` = the node is in none. */
  readonly vmSet: string | undefined;
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
}

/**
 * Basic: the VM sets whose load balancers may hold a Service (load-balancing.md §2.1). On Standard
 * the annotation is ignored.
 */
export function selectVmSets(
  inputs: ModeInputs,
): { readonly vmSets: readonly string[] } | { readonly error: string } {
  const mode = inputs.mode?.trim();
  if (mode === undefined || sameName(inputs.sku, 'standard'))
    return { vmSets: [inputs.primaryVmSet] };
  const availabilitySets = sameName(inputs.vmType, 'standard');
  const agents = inputs.nodes.filter(
    (node) => !isControlPlane(node) && (availabilitySets || !excludeLabel(node).present),
  );
  const found = agents.flatMap((node) => node.vmSet ?? []);
  const candidates = availabilitySets
    ? [...new Set(found.map((name) => name.toLowerCase()))]
    : found;
  if (candidates.length === 0) {
    const kind = availabilitySets ? 'availability' : 'scale';
    return { error: `no ${kind} sets found for nodes, node count(${inputs.nodes.length})` };
  }
  if (sameName(mode, '__auto__')) return { vmSets: candidates };
  const named = candidates.find((name) => sameName(name, mode));
  if (named !== undefined) return { vmSets: [availabilitySets ? mode : named] };
  if (availabilitySets) return { error: `availability set (${mode}) - not found` };
  return {
    error: sameName(inputs.vmType, 'vmss')
      ? 'scale set not found'
      : `scale set (${mode}) - not found`,
  };
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
