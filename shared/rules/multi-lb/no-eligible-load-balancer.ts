import { wantedConfigurations } from '../../load-balancing/index.ts';
import type { LoadBalancerConfiguration, LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
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
import { obstacleOf, type Obstacle } from './obstacles.ts';
import { servicePlacer } from '../../facts/service-placer.ts';
import { azureServices } from '../../facts/services.ts';

/** Finds Services that no load balancer may hold, or that cannot get to the one that may. */
export const noEligibleLoadBalancer = defineRule(
  {
    id: 'multi-lb/no-eligible-load-balancer',
    title: 'No load balancer may hold a Service',
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

function faultOf(
  service: LoadBalancerService,
  { causes, why, refused }: Obstacle,
  fixes: readonly Fix[],
): Fault {
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: `No load balancer may hold ${name}`,
    message: `The cloud provider fails to reconcile ${name}: without an address it gets none, with one it keeps its rules, probes and backends as they were. ${why}`,
    causes,
    evidence: {
      refused: refused.map(({ name: configuration, by }) => ({ configuration, by })),
      ingress: service.ingressIps,
    },
    fixes,
  };
}

function fixesOf({
  service,
  obstacle: { causes, refused },
  configurations,
  cluster,
}: {
  readonly service: LoadBalancerService;
  readonly obstacle: Obstacle;
  readonly configurations: readonly LoadBalancerConfiguration[];
  readonly cluster: Cluster;
}): readonly Fix[] {
  const closed = refused.find(({ by }) => by === 'placement');
  const narrow = refused.find(({ by }) => by !== 'placement');
  const annotated = wantedConfigurations(service.annotations).length > 0;
  const fixes = [
    ...(closed === undefined ? [] : [openConfiguration(cluster, closed.name)]),
    ...(narrow === undefined ? [] : [labelFor(cluster, configurations, service, narrow)]),
    ...(annotated && !causes.includes('load-balancers-full')
      ? [dropConfigurations(service, 'Remove the names of load balancers from the Service')]
      : []),
    ...(causes.some((cause) => cause.startsWith('address-')) ? [dropAddress(service)] : []),
    ...(causes.includes('load-balancers-full') ? [addConfiguration(cluster)] : []),
  ];
  return fixes.length > 0 ? fixes : [lookAtEvents(service)];
}
