import {
  sameName,
  serviceKey,
  type LoadBalancer,
  type LoadBalancerService,
  type Reason,
} from '../model/index.ts';
import { isInternal } from './annotations.ts';
import {
  configurationsAnnotation,
  eligibleConfigurations,
  wantedConfigurations,
  type EligibilityOfService,
  type NotEligible,
} from './eligible-configurations.ts';
import { baseName, internalSuffix, isInternalName } from './names.ts';
import {
  loadBalancerOfPrivateAddress,
  loadBalancerOfPublicAddress,
  pinsAddress,
  type PublicAddresses,
} from './pinned-address.ts';
import { findRules } from './rules-of-service.ts';

export interface PlacementInputs extends EligibilityOfService, PublicAddresses {
  readonly service: Pick<
    LoadBalancerService,
    'namespace' | 'name' | 'uid' | 'labels' | 'annotations' | 'loadBalancerIp' | 'ipFamilies'
  >;
  readonly loadBalancers: readonly LoadBalancer[];
}

/** Where a Service goes. `none` = every eligible load balancer is full, so the provider finds no name. */
export type ServicePlacement =
  | {
      readonly kind: 'placed';
      /** Of the load balancer in Azure. */
      readonly loadBalancer: string;
      readonly configuration: string;
      readonly eligible: readonly string[];
    }
  | { readonly kind: 'none'; readonly eligible: readonly string[] }
  | NotEligible
  | {
      readonly kind: 'error';
      readonly error: string;
      /** The address that it asks for: beside names of configurations, on one that may not hold it, or none that it can have. */
      readonly cause: 'address-and-names' | 'address-elsewhere' | 'address-unusable';
    }
  | ({ readonly kind: 'unknown' } & Reason);

/**
 * Several Standard load balancers: the one that a Service goes to (source: cloud-provider-azure). An
 * address that it asks for decides, else the frontend that it has already, else the choice below.
 * @param internal The side that is being built; the Service's own unless given.
 * @param wanted False while cleaning up: then neither an address nor a frontend counts.
 */
export function placeService(
  inputs: PlacementInputs,
  internal = isInternal(inputs.service.annotations),
  wanted = true,
): ServicePlacement {
  const { service, loadBalancers } = inputs;
  const pinned = wanted && pinsAddress(service);
  const annotated = wantedConfigurations(service.annotations).length > 0;
  if (pinned && annotated)
    return { kind: 'error', cause: 'address-and-names', error: conflict(service.name) };
  const eligible = eligibleConfigurations(inputs);
  if (eligible.kind !== 'eligible') return eligible;
  const { names } = eligible;
  let current = inputs.configurations.find(({ name }) =>
    inputs.activeOn.some((active) => sameName(active, name)),
  )?.name;
  if (wanted && !pinned && !annotated)
    current = loadBalancerOfFrontend(service.uid, loadBalancers, internal) ?? current;
  if (pinned) {
    const located = isInternal(service.annotations)
      ? ({
          kind: 'located',
          loadBalancer: loadBalancerOfPrivateAddress(service, loadBalancers),
        } as const)
      : loadBalancerOfPublicAddress(service, inputs);
    if (located.kind === 'error') return { ...located, cause: 'address-unusable' };
    if (located.kind === 'unknown') return located;
    current = located.loadBalancer;
    if (current !== undefined && !has(names, current))
      return {
        kind: 'error',
        cause: 'address-elsewhere',
        error: `service "${service.name}" specifies an IP that resides on load balancer "${current}", which is not in the eligible set [${names.join(' ')}]; check or adjust the load balancer eligibility configuration (ServiceLabelSelector, ServiceNamespaceSelector, or AllowServicePlacement)`,
      };
  }
  const configuration = chooseConfiguration(
    { current, eligible: names, internal: isInternal(service.annotations) },
    loadBalancers,
  );
  if (configuration === undefined) return { kind: 'none', eligible: names };
  const loadBalancer = internal ? `${configuration}${internalSuffix}` : configuration;
  return { kind: 'placed', loadBalancer, configuration, eligible: names };
}

/** The configurations whose load balancers carry rules of a Service: where it is now. */
export function configurationsInUse(
  loadBalancers: readonly LoadBalancer[],
  service: Pick<LoadBalancerService, 'uid'>,
): readonly string[] {
  const names = findRules(loadBalancers)(service).map((found) => baseName(found.loadBalancer.name));
  return [...new Set(names)];
}

/** Azure's own limit is 300 rules; the provider never chooses a load balancer that has more. */
const fullAt = 301;

/**
 * The choice among eligible configurations: the current one; else the first whose load balancer
 * exists without rules; else the first that has none yet; else the one with fewest rules.
 * `undefined` = all are full.
 */
export function chooseConfiguration(
  {
    current,
    eligible,
    internal,
  }: {
    readonly current: string | undefined;
    readonly eligible: readonly string[];
    readonly internal: boolean;
  },
  loadBalancers: readonly Pick<LoadBalancer, 'name' | 'rules'>[],
): string | undefined {
  if (current !== undefined) {
    const kept = eligible.find((name) => sameName(name, current));
    if (kept !== undefined) return kept;
  }
  const sameSide = loadBalancers.filter((each) => isInternalName(each.name) === internal);
  const existing = (name: string) => sameSide.find((each) => sameName(baseName(each.name), name));
  const empty = eligible.find((name) => existing(name)?.rules.length === 0);
  const absent = eligible.find((name) => existing(name) === undefined);
  if (empty !== undefined || absent !== undefined) return empty ?? absent;
  let fewest: { readonly name: string; readonly count: number } | undefined;
  for (const { name, rules } of sameSide) {
    const configured = eligible.find((each) => sameName(each, baseName(name)));
    if (configured !== undefined && rules.length < (fewest?.count ?? fullAt))
      fewest = { name: configured, count: rules.length };
  }
  return fewest?.name;
}

/** The load balancer of one side with the Service's own frontend, without `-internal`. */
function loadBalancerOfFrontend(
  uid: string,
  loadBalancers: readonly LoadBalancer[],
  internal: boolean,
): string | undefined {
  const key = serviceKey(uid);
  if (key.length < 2) return undefined;
  const found = loadBalancers.find(
    (each) =>
      isInternalName(each.name) === internal &&
      each.frontends.some((frontend) => frontend.name.startsWith(key)),
  );
  return found === undefined ? undefined : baseName(found.name);
}

function has(names: readonly string[], wanted: string): boolean {
  return names.some((name) => sameName(name, wanted));
}

function conflict(service: string): string {
  return `service "${service}" has conflicting load balancer configuration: both a load balancer name (${configurationsAnnotation}) and an IP address are specified. When an IP address is specified (via spec.loadBalancerIP, azure-load-balancer-ipv4/ipv6, or azure-pip-name), the service must use the load balancer where that IP resides. To fix, either (1) remove the ${configurationsAnnotation} annotation to stay on the load balancer where the IP resides, or (2) remove the IP annotation to move to the specified load balancer (external services only)`;
}
