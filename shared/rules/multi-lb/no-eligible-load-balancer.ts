import {
  obstacleOf,
  wantedConfigurations,
  type ServiceObstacle,
  type ConfigurationRefusal,
  type SharedFrontend,
} from '../../load-balancing/index.ts';
import {
  compacted,
  counted,
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerConfiguration,
  type LoadBalancerService,
} from '../../model/index.ts';
import { defineRule, judgeEach, type Fault, type Fix } from '../rule.ts';
import { distinct, itemized } from '../../fixes/text.ts';
import { lookAtEvents } from '../../fixes/service-fixes.ts';
import { unjudged, type Cluster } from '../../facts/index.ts';
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
    why: 'The Service is no longer reconciled: a new one gets no address, an existing one keeps its current pools and rules.',
    remedy: 'Make a configuration accept the Service, or remove what prevents its placement.',
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
    return judgeEach(azureServices(services), (service) => {
      const placement = place(service);
      const obstacle = obstacleOf(service, placement, loadBalancers);
      if (obstacle !== undefined)
        return faultOf(service, obstacle, fixesOf(service, obstacle, configurations, cluster));
      return placement.kind === 'unknown' ? unjudged([service], placement) : undefined;
    });
  },
);

function faultOf(
  service: LoadBalancerService,
  obstacle: ServiceObstacle,
  fixes: readonly Fix[],
): Fault {
  const name = subjectText(service);
  const refused = refusedBy(obstacle);
  return {
    subject: serviceSubject(service),
    title: `No load balancer is eligible for ${name}`,
    message: `The cloud provider cannot reconcile ${name}: a new Service gets no address, an existing one keeps its current rules, probes and backends. ${sentenceOf(obstacle)}`,
    causes: causesOf(obstacle),
    evidence: {
      refused: refused.map(({ name: configuration, by }) => ({ configuration, by })),
      ingress: service.ingressIps,
    },
    fixes,
  };
}

function refusedBy(obstacle: ServiceObstacle): readonly ConfigurationRefusal[] {
  return obstacle.kind === 'all-refuse' ? obstacle.refused : [];
}

const refusalTexts: Readonly<
  Record<ConfigurationRefusal['by'], { readonly cause: string; readonly says: string }>
> = {
  placement: { cause: 'placement-closed', says: 'does not accept new Services' },
  labels: {
    cause: 'service-label-selector',
    says: 'requires labels that the Service does not have',
  },
  namespace: {
    cause: 'service-namespace-selector',
    says: 'requires labels that the Namespace does not have',
  },
};

function causesOf(obstacle: ServiceObstacle): readonly string[] {
  return obstacle.kind === 'all-refuse'
    ? distinct(obstacle.refused.map(({ by }) => refusalTexts[by].cause))
    : [obstacle.kind];
}

function sentenceOf(obstacle: ServiceObstacle): string {
  switch (obstacle.kind) {
    case 'all-refuse':
      return `${itemized(obstacle.refused.map(({ name, by }) => `${name} ${refusalTexts[by].says}`))}.`;
    case 'load-balancers-full':
      return `All eligible load balancers (${listed(obstacle.eligible)}) have more than 300 rules and are not selected.`;
    case 'frontend-shared':
      return cannotMove(obstacle.held, obstacle.target);
    case 'address-and-names':
      return 'It requests both an address and load balancers by name, which the cloud provider does not accept together.';
    case 'address-elsewhere':
      return 'The requested address is on a load balancer that is not eligible.';
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
  return `It belongs on ${target} but cannot leave ${loadBalancer.name} because ${others} also ${otherRules.length === 1 ? 'uses' : 'use'} its frontend ${frontend.name}.`;
}

function fixesOf(
  service: LoadBalancerService,
  obstacle: ServiceObstacle,
  configurations: readonly LoadBalancerConfiguration[],
  cluster: Cluster,
): readonly Fix[] {
  const refused = refusedBy(obstacle);
  const full = obstacle.kind === 'load-balancers-full';
  const closed = refused.find(({ by }) => by === 'placement');
  const narrow = refused.find(({ by }) => by !== 'placement');
  const annotated = wantedConfigurations(service.annotations).length > 0;
  const fixes = compacted([
    closed !== undefined && openConfiguration(cluster, closed.name),
    narrow !== undefined && labelFor(cluster, configurations, service, narrow),
    annotated &&
      !full &&
      dropConfigurations(service, 'Remove the load balancer names from the Service'),
    obstacle.kind.startsWith('address-') && dropAddress(service),
    full && addConfiguration(cluster),
  ]);
  return fixes.length > 0 ? fixes : [lookAtEvents(service)];
}
