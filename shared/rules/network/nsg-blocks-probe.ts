import { wantedOfProbe, type NodeClass, type WantedFlow } from '../../facts/index.ts';
import {
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
} from '../../model/index.ts';
import {
  hostsOfServices,
  closedPorts,
  guardedServices,
  probeOf,
  trafficNeeds,
  type ClosedPort,
  type GuardedPort,
} from '../../traffic/index.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { withHosts } from '../hosts-behind.ts';
import { distinct, itemized } from '../../fixes/text.ts';
import { openBefore, removeDeniers } from '../../fixes/security-fixes.ts';
import {
  closedBackends,
  closedEvidence,
  closedPortCauses,
  deniersOf,
  closedPortsText,
  ruleText,
} from './security-texts.ts';

/** Finds Services whose health probes a network security group turns away, so that Azure takes healthy backends for dead. */
export const nsgBlocksProbe = defineRule(
  {
    id: 'network/nsg-blocks-probe',
    title: 'NSG blocks Azure health probes',
    why: 'The load balancer treats a backend whose probe fails as down and sends it no new connections.',
    remedy: 'Allow AzureLoadBalancer with a higher-priority NSG rule.',
    severity: 'critical',
    source: 'Azure: health probes come from 168.63.129.16; network security groups, service tags',
  },
  { needs: [...trafficNeeds, 'securityGroups', guardedServices], fixes: [hostsOfServices] },
  ({ guardedServices: services, hostsOfServices: hosts }) =>
    judgeEach(services, (guarded) => {
      const { service } = guarded;
      const { closed, unknown } = closedPorts(guarded, wantedOf);
      if (closed.length === 0)
        return unknown.slice(0, 1).map((reason) => ({ subject: service, ...reason }));
      return withHosts(hosts, service, faultOf(service, closed));
    }),
);

/** Every backend is down for the probe, and its setting makes Azure treat them as up. */
function staysUp({ guarded: { found }, closed, backends }: ClosedPort): boolean {
  const probe = probeOf(found.loadBalancer, found.rule);
  return probe?.upWhenAllDown === true && closed.length === backends;
}

function wantedOf({ found, family }: GuardedPort, backend: NodeClass): WantedFlow | undefined {
  const probe = probeOf(found.loadBalancer, found.rule);
  return probe === undefined ? undefined : wantedOfProbe(probe.port, family)(backend);
}

function faultOf(service: LoadBalancerService, closed: readonly ClosedPort[]): Fault {
  const name = subjectText(service);
  const deniers = deniersOf(closed);
  const { nodes, all } = closedBackends(closed);
  const some = nodes.length < all;
  const ports = distinct(closed.map(({ wanted }) => String(wanted.flow.port)));
  const stayUp = closed.every(staysUp);
  const effect = stayUp
    ? 'Azure treats all of them as up (noHealthyBackendsBehavior is AllProbedUp): a backend that fails keeps its part of the connections.'
    : `Azure treats ${some ? `${nodes.length} of ${all} backends` : 'every backend'} as down and sends no new connections there${some ? '' : ', so the Service is down'}.`;
  return {
    subject: serviceSubject(service),
    ...(stayUp && { severity: 'medium' as const }),
    title: some
      ? `NSG blocks the health probes to ${nodes.length} of ${all} backends of ${name}`
      : `NSG blocks the health probes of ${name}`,
    message: `The health probes for ${closedPortsText(closed)} of ${name} (from 168.63.129.16, AzureLoadBalancer, to node port ${listed(ports)}) are blocked: ${itemized(
      deniers.map((each) => `denied by ${ruleText(each)}`),
      4,
    )}. ${effect}`,
    causes: closedPortCauses(closed),
    evidence: { ...closedEvidence(closed), probePorts: ports },
    fixes: [
      ...openBefore(
        deniers,
        [
          {
            name: 'allow-azure-load-balancer',
            protocol: '*',
            sources: ['AzureLoadBalancer'],
            destinations: ['*'],
            ports: ['*'],
          },
        ],
        'Allow AzureLoadBalancer health probes',
        ['none: only health probes use this source'],
      ),
      ...removeDeniers(deniers),
    ],
  };
}
