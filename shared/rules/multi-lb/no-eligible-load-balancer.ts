import { wantedConfigurations } from '../../load-balancing/index.ts';
import { valueOr, type ClusterSnapshot, type LoadBalancerService } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault, Fix } from '../rule.ts';
import { lookAtEvents } from '../../fixes/service-fixes.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { unknownReasons, type Unjudged } from '../unknown.ts';
import {
  addConfiguration,
  dropAddress,
  dropConfigurations,
  labelFor,
  openConfiguration,
} from '../../fixes/configuration-fixes.ts';
import { obstacleOf, type Obstacle } from './obstacles.ts';
import { servedServices, servicePlacer } from '../../facts/multi-lb-services.ts';

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
  ['services', 'loadBalancerConfigurations', 'loadBalancers'],
  ({ services, loadBalancerConfigurations, loadBalancers }, { snapshot }) => {
    if (loadBalancerConfigurations.length === 0) return { faults: [] };
    const place = servicePlacer(snapshot, loadBalancerConfigurations);
    const faults: Fault[] = [];
    const unjudged: Unjudged[] = [];
    for (const service of servedServices(services)) {
      const placement = place(service);
      const obstacle = obstacleOf(service, placement, loadBalancers);
      if (obstacle !== undefined) faults.push(faultOf(service, obstacle, snapshot));
      else if (placement.kind === 'unknown')
        unjudged.push({ subject: service, why: placement.why });
    }
    return { faults, unknown: unknownReasons(unjudged) };
  },
);

function faultOf(
  service: LoadBalancerService,
  obstacle: Obstacle,
  snapshot: ClusterSnapshot,
): Fault {
  const { causes, why, refused } = obstacle;
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
    fixes: fixesOf(service, obstacle, snapshot),
  };
}

function fixesOf(
  service: LoadBalancerService,
  { causes, refused }: Obstacle,
  snapshot: ClusterSnapshot,
): readonly Fix[] {
  const closed = refused.find(({ by }) => by === 'placement');
  const narrow = refused.find(({ by }) => by !== 'placement');
  const annotated = wantedConfigurations(service.annotations).length > 0;
  const fixes = [
    ...(closed === undefined ? [] : [openConfiguration(snapshot, closed.name)]),
    ...(narrow === undefined
      ? []
      : [labelFor(snapshot, valueOr(snapshot.loadBalancerConfigurations, []), service, narrow)]),
    ...(annotated && !causes.includes('load-balancers-full')
      ? [dropConfigurations(service, 'Remove the names of load balancers from the Service')]
      : []),
    ...(causes.some((cause) => cause.startsWith('address-')) ? [dropAddress(service)] : []),
    ...(causes.includes('load-balancers-full') ? [addConfiguration(snapshot)] : []),
  ];
  return fixes.length > 0 ? fixes : [lookAtEvents(service)];
}
