import {
  obstacleOf,
  wantedConfigurations,
  type Obstacle,
  type Refusal,
  type SharedFrontend,
} from '../../load-balancing/index.ts';
import type { LoadBalancerConfiguration, LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
import { counted, distinct, itemized, listed } from '../../fixes/text.ts';
import { lookAtEvents } from '../../fixes/service-fixes.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import type { Cluster, Unjudged } from '../../facts/index.ts';
import {
  addConfiguration,
  dropAddress,
  dropConfigurations,
  labelFor,
  openConfiguration,
} from '../../fixes/configuration-fixes.ts';
import { servicePlacer } from '../../facts/service-placer.ts';
import { azureServices } from '../../facts/services.ts';

/** Finds Services that no load balancer may hold, or that cannot get to the one that may. */
export const noEligibleLoadBalancer = defineRule(
  {
    id: 'multi-lb/no-eligible-load-balancer',
    title: 'No load balancer is eligible for a Service',
    why: 'The Service is not reconciled any more: a new one gets no address, an old one keeps its pools and rules as they were.',
    remedy:
      'Let a configuration take the Service, or take back what keeps it from the one that does.',
    severity: 'high',
    source: "Azure's cloud provider: multiple Standard load balancers",
  },
  { needs: ['services', 'loadBalancerConfigurations', 'loadBalancers', servicePlacer] },
  ({
    services,
    loadBalancerConfigurations: configurations,
    loadBalancers,
    servicePlacer: place,
    cluster,
  }) => {
    if (configurations.length === 0) return { faults: [] };
    const faults: Fault[] = [];
    const unjudged: Unjudged[] = [];
    for (const service of azureServices(services)) {
      const placement = place(service);
      const obstacle = obstacleOf(service, placement, loadBalancers);
      if (obstacle !== undefined)
        faults.push(
          faultOf(service, obstacle, fixesOf({ service, obstacle, configurations, cluster })),
        );
      else if (placement.kind === 'unknown')
        unjudged.push({ subject: service, why: placement.why });
    }
    return { faults, unknown: unjudged };
  },
);

function faultOf(service: LoadBalancerService, obstacle: Obstacle, fixes: readonly Fix[]): Fault {
  const name = subjectText(service);
  const refused = refusedBy(obstacle);
  return {
    subject: serviceSubject(service),
    title: `No load balancer may hold ${name}`,
    message: `The cloud provider fails to reconcile ${name}: without an address it gets none, with one it keeps its rules, probes and backends as they were. ${sentenceOf(obstacle)}`,
    causes: causesOf(obstacle),
    evidence: {
      refused: refused.map(({ name: configuration, by }) => ({ configuration, by })),
      ingress: service.ingressIps,
    },
    fixes,
  };
}

function refusedBy(obstacle: Obstacle): readonly Refusal[] {
  return obstacle.kind === 'all-refuse' ? obstacle.refused : [];
}

const refusals: Readonly<Record<Refusal['by'], { readonly cause: string; readonly says: string }>> =
  {
    placement: { cause: 'placement-closed', says: 'takes no new Services' },
    labels: { cause: 'service-label-selector', says: 'asks for labels that the Service has not' },
    namespace: {
      cause: 'service-namespace-selector',
      says: 'asks for labels that the Namespace has not',
    },
  };

function causesOf(obstacle: Obstacle): readonly string[] {
  return obstacle.kind === 'all-refuse'
    ? distinct(obstacle.refused.map(({ by }) => refusals[by].cause))
    : [obstacle.kind];
}

function sentenceOf(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'all-refuse':
      return `${itemized(obstacle.refused.map(({ name, by }) => `${name} ${refusals[by].says}`))}.`;
    case 'load-balancers-full':
      return `All that may hold it (${listed(obstacle.eligible)}) have more than 300 rules, and one so full is never chosen.`;
    case 'frontend-shared':
      return cannotMove(obstacle.held, obstacle.target);
    case 'address-and-names':
      return 'It asks for an address and for load balancers by name; the provider takes one of the two, since an address is where it is.';
    case 'address-elsewhere':
      return 'The address that it asks for is on a load balancer that may not hold it.';
  }
}

function cannotMove(
  { loadBalancer, frontend, otherRules }: SharedFrontend,
  target: string,
): string {
  const others =
    otherRules.length === 0
      ? 'outbound or inbound NAT rules'
      : counted(otherRules.length, 'rule of other Services', 'rules of other Services');
  return `It belongs on ${target} and cannot leave ${loadBalancer.name}, since ${others} ${otherRules.length === 1 ? 'uses' : 'use'} its frontend ${frontend.name} as well.`;
}

function fixesOf({
  service,
  obstacle,
  configurations,
  cluster,
}: {
  readonly service: LoadBalancerService;
  readonly obstacle: Obstacle;
  readonly configurations: readonly LoadBalancerConfiguration[];
  readonly cluster: Cluster;
}): readonly Fix[] {
  const refused = refusedBy(obstacle);
  const full = obstacle.kind === 'load-balancers-full';
  const closed = refused.find(({ by }) => by === 'placement');
  const narrow = refused.find(({ by }) => by !== 'placement');
  const annotated = wantedConfigurations(service.annotations).length > 0;
  const fixes = [
    ...(closed === undefined ? [] : [openConfiguration(cluster, closed.name)]),
    ...(narrow === undefined ? [] : [labelFor(cluster, configurations, service, narrow)]),
    ...(annotated && !full
      ? [dropConfigurations(service, 'Remove the names of load balancers from the Service')]
      : []),
    ...(obstacle.kind.startsWith('address-') ? [dropAddress(service)] : []),
    ...(full ? [addConfiguration(cluster)] : []),
  ];
  return fixes.length > 0 ? fixes : [lookAtEvents(service)];
}
