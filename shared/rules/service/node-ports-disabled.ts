import {
  annotationPrefix,
  floatingIpOff,
  hasInternalRules,
  isTrue,
} from '../../load-balancing/index.ts';
import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type ServicePort,
} from '../../model/index.ts';
import { defineRule, portEvidence, type Fault, type Fix } from '../rule.ts';
import { askedProbes, type AskedPort, type AskingService } from '../../facts/asked-probes.ts';
import { removeServiceAnnotation, useLocalPolicy } from '../../fixes/service-fixes.ts';
import { allocateNodePorts } from '../../fixes/service-spec-fixes.ts';
import { distinct } from '../../fixes/text.ts';

/** Finds Services without node ports whose probe or rule needs one, so that Azure would be given port 0. */
export const nodePortsDisabled = defineRule(
  {
    id: 'service/node-ports-disabled',
    title: 'Service needs node ports but does not allocate them',
    why: 'Its probe, or its rule without floating IP, needs the node port, which is 0; Azure rejects it.',
    remedy: 'Allocate node ports, or use Local with floating IP, which does not need them.',
    severity: 'high',
    source: "Azure's cloud provider: load balancer, table of node port allocation",
  },
  { needs: ['services', 'loadBalancers', askedProbes] },
  ({ askedProbes: { services, unknown } }) => ({ faults: services.flatMap(faultsOf), unknown }),
);

interface AffectedPort {
  readonly port: ServicePort;
  readonly causes: readonly ('backend-port' | 'probe-port')[];
}

function faultsOf(asking: AskingService): readonly Fault[] {
  const { service } = asking;
  if (service.allocateLoadBalancerNodePorts) return [];
  const affected = asking.ports
    .map((each): AffectedPort => ({ port: each.port, causes: causesOf(each, asking) }))
    .filter(({ causes }) => causes.length > 0);
  return affected.length === 0 ? [] : [faultOf(service, affected)];
}

/** The rule for all ports has port 0 on both sides, and that is right. */
function causesOf(
  { port, asked }: AskedPort,
  { service, allPorts }: AskingService,
): AffectedPort['causes'] {
  const probe = asked.kind === 'probe' && asked.origin === 'own' && asked.probe.port === 0;
  const backend = !allPorts && port.nodePort === undefined && rulesNeedNodePort(service);
  return [
    ...(backend ? (['backend-port'] as const) : []),
    ...(probe ? (['probe-port'] as const) : []),
  ];
}

function rulesNeedNodePort({ annotations, ipFamilies }: LoadBalancerService): boolean {
  const internalIpv6 = hasInternalRules(annotations) && ipFamilies.includes('IPv6');
  return isTrue(annotations, floatingIpOff) || internalIpv6;
}

function faultOf(service: LoadBalancerService, affected: readonly AffectedPort[]): Fault {
  const name = subjectText(service);
  const causes = distinct(affected.flatMap((each) => each.causes));
  const where = listed(affected.map(({ port }) => `${port.port}/${port.protocol}`));
  const what = compacted([
    causes.includes('probe-port') && 'its probe needs the node port',
    causes.includes('backend-port') && 'its rule needs the node port',
  ]);
  return {
    subject: serviceSubject(service),
    title: `${name} needs node ports but does not allocate them`,
    message: `Azure rejects the configuration for ${where} of ${name}, so the whole reconcile fails: ${what.join(', and ')}, but allocateLoadBalancerNodePorts is false.`,
    causes,
    evidence: {
      allocateLoadBalancerNodePorts: false,
      externalTrafficPolicy: service.externalTrafficPolicy,
      floatingIp: !isTrue(service.annotations, floatingIpOff),
      ports: affected.map(({ port, causes: each }) => ({ ...portEvidence(port), needs: each })),
    },
    fixes: fixesOf(service, causes),
  };
}

function fixesOf(service: LoadBalancerService, causes: readonly string[]): readonly Fix[] {
  const onlyProbe = !causes.includes('backend-port');
  const cluster = service.externalTrafficPolicy !== 'Local';
  return compacted([
    allocateNodePorts(service),
    onlyProbe && cluster && useLocalPolicy(service),
    isTrue(service.annotations, floatingIpOff) &&
      removeServiceAnnotation(
        service,
        annotationPrefix + floatingIpOff,
        'Enable floating IP (the rule then needs no node port)',
        ['packets reach the nodes with the load balancer’s address as destination (the default)'],
      ),
  ]);
}
