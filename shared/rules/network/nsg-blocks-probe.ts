import type { NodeClass, Unjudged, Wanted } from '../../facts/index.ts';
import { serviceSubject, subjectText, type LoadBalancerService } from '../../model/index.ts';
import {
  hostsOfServices,
  closedPorts,
  guardedServices,
  trafficNeeds,
  type ClosedPort,
  type GuardedPort,
} from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { withHosts } from '../hosts-behind.ts';
import type { Fault } from '../rule.ts';
import { distinct, itemized, listed } from '../../fixes/text.ts';
import { openBefore, removeDeniers } from '../../fixes/security-fixes.ts';
import {
  backendsOf,
  causesOf,
  deniersOf,
  evidenceOf,
  portsOf,
  ruleText,
} from './security-texts.ts';

/** Finds Services whose health probes a network security group turns away, so that Azure takes healthy backends for dead. */
export const nsgBlocksProbe = defineRule(
  {
    id: 'network/nsg-blocks-probe',
    title: 'A network security group keeps Azure’s health probes out',
    why: 'A backend whose probe gets no answer is down for the load balancer: it sends no new connections there.',
    remedy: 'Let AzureLoadBalancer in before the rule that denies.',
    severity: 'critical',
    source: 'Azure: health probes come from 168.63.129.16; network security groups, service tags',
  },
  { needs: [...trafficNeeds, 'securityGroups', guardedServices], fixes: [hostsOfServices] },
  ({ guardedServices: services, hostsOfServices: hosts }) => {
    const faults: Fault[] = [];
    const unjudged: Unjudged[] = [];
    for (const guarded of services) {
      const { service } = guarded;
      const { closed, unknown } = closedPorts(guarded, wantedOf);
      if (closed.length > 0) faults.push(withHosts(hosts, service, faultOf(service, closed)));
      else unjudged.push(...unknown.slice(0, 1).map((why) => ({ subject: service, why })));
    }
    return { faults, unknown: unjudged };
  },
);

/** A probe goes to the node itself, whatever the rule does with the address of other packets. */
function wantedOf({ found, family }: GuardedPort, backend: NodeClass): Wanted | undefined {
  const probe = probeOf(found);
  if (probe === undefined) return undefined;
  return {
    flow: { protocol: 'tcp', port: probe.port, destination: backend.place(family) },
    clients: [{ kind: 'probe' }],
  };
}

function probeOf({ loadBalancer, rule }: GuardedPort['found']) {
  return loadBalancer.probes.find(({ id }) => id === rule.probeId);
}

function faultOf(service: LoadBalancerService, closed: readonly ClosedPort[]): Fault {
  const name = subjectText(service);
  const deniers = deniersOf(closed);
  const { nodes, all } = backendsOf(closed);
  const some = nodes.length < all;
  const ports = distinct(closed.map(({ wanted }) => String(wanted.flow.port)));
  return {
    subject: serviceSubject(service),
    title: some
      ? `Health probes do not reach ${nodes.length} of ${all} backends of ${name}`
      : `Health probes do not reach the backends of ${name}`,
    message: `The health probes of ${portsOf(closed)} of ${name} come from 168.63.129.16 (AzureLoadBalancer) to node port ${listed(ports)}, and do not pass the network security groups: ${itemized(
      deniers.map((each) => `${ruleText(each)} denies them`),
      4,
    )}. Azure takes ${some ? `${nodes.length} of ${all} backends` : 'every backend'} for dead and sends no new connections there${some ? '' : ': the Service is down'}.`,
    causes: causesOf(closed),
    evidence: { ...evidenceOf(closed), probePorts: ports },
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
        'Let Azure’s health probes in',
        ['none: nothing but the probes comes from there'],
      ),
      ...removeDeniers(deniers),
    ],
  };
}
