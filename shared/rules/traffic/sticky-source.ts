import { findRules } from '../../load-balancing/index.ts';
import {
  valueOr,
  type LoadBalancer,
  type LoadBalancerService,
  type Read,
} from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import type { Fault } from '../rule.ts';
import { dropSessionAffinity } from '../../fixes/service-spec-fixes.ts';
import { serviceSubject } from '../../model/index.ts';
import { distinct } from '../../fixes/text.ts';

/** Finds Services that bind a client to one backend, so that a NAT or proxy with many users makes one hot. */
export const stickySource = defineRule(
  {
    id: 'traffic/sticky-source',
    title: 'A Service binds each client address to one backend',
    why: 'All users behind one NAT or proxy have one address, and so one node and one pod: shares hold per address, not per connection.',
    remedy: 'Drop the session affinity where the pods can share what they keep of a client.',
    severity: 'low',
    source: "Azure: load balancer distribution modes; Azure's cloud provider: load balancer",
  },
  { needs: ['services'], helps: ['loadBalancers'], fixes: [remedies] },
  ({ services, loadBalancers, remedies: fixes }) => {
    const sticky = services.filter(
      ({ deleting, sessionAffinity }) => !deleting && sessionAffinity === 'ClientIP',
    );
    return {
      faults: sticky
        .filter(({ loadBalancerClass }) => loadBalancerClass === undefined)
        .map((service) => faultOf(service, loadBalancers, fixes)),
      unknown: sticky.flatMap((service) =>
        service.loadBalancerClass === undefined
          ? []
          : [
              {
                subject: service,
                why: `another controller serves loadBalancerClass ${service.loadBalancerClass}`,
              },
            ],
      ),
    };
  },
);

function faultOf(
  service: LoadBalancerService,
  loadBalancers: Read<readonly LoadBalancer[]>,
  { withOutcome }: Remedies,
): Fault {
  const { namespace, name } = service;
  const found = findRules(valueOr(loadBalancers, []))(service);
  const azure = distinct(found.map(({ rule }) => rule.loadDistribution ?? 'Default'));
  const local = service.externalTrafficPolicy === 'Local';
  const note = 'the same shares, held per connection and no longer per client address';
  return {
    subject: serviceSubject(service),
    title: `${namespace}/${name} binds each client address to one backend`,
    message: `With few client addresses some pods of ${namespace}/${name} get nothing and others too much, whatever the shares say: sessionAffinity is ClientIP, for which Azure chooses the node by source and destination address alone (SourceIP), and kube-proxy keeps a client on one pod${local ? '' : ' as each node sees it'}.`,
    causes: ['client-ip-affinity'],
    evidence: {
      sessionAffinity: service.sessionAffinity,
      externalTrafficPolicy: service.externalTrafficPolicy,
      ...(azure.length > 0 && { distributionInAzure: azure }),
    },
    fixes: [withOutcome(service, { fix: dropSessionAffinity(service), changes: [], note })],
  };
}
