import { findRules } from '../../load-balancing/index.ts';
import {
  serviceSubject,
  valueOr,
  type LoadBalancer,
  type LoadBalancerService,
  type Read,
} from '../../model/index.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { dropSessionAffinity } from '../../fixes/service-spec-fixes.ts';
import { distinct } from '../../fixes/text.ts';

/** Finds Services that bind a client to one backend, so that a NAT or proxy with many users makes one hot. */
export const stickySource = defineRule(
  {
    id: 'traffic/sticky-source',
    title: 'Service pins each client IP to one backend',
    why: 'All users behind one NAT or proxy share one IP and therefore one node and one pod: shares apply per client IP, not per connection.',
    remedy: 'Remove session affinity if the pods can share per-client state.',
    severity: 'low',
    source: "Azure: load balancer distribution modes; Azure's cloud provider: load balancer",
  },
  { needs: ['services'], helps: ['loadBalancers'], fixes: [remedies] },
  ({ services, loadBalancers, remedies: fixes }) => {
    const sticky = services.filter(
      ({ deleting, sessionAffinity }) => !deleting && sessionAffinity === 'ClientIP',
    );
    return judgeEach(sticky, (service) =>
      service.loadBalancerClass === undefined
        ? faultOf(service, loadBalancers, fixes)
        : {
            subject: service,
            why: `another controller serves loadBalancerClass ${service.loadBalancerClass}`,
          },
    );
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
  const note = 'same shares, but per connection instead of per client IP';
  return {
    subject: serviceSubject(service),
    title: `${namespace}/${name} pins each client IP to one backend`,
    message: `With few client IPs, some pods of ${namespace}/${name} get no traffic and others too much, whatever the computed shares: sessionAffinity is ClientIP, so Azure selects the node by source and destination IP only (SourceIP), and kube-proxy keeps each client on one pod${local ? '' : ' per node'}.`,
    causes: ['client-ip-affinity'],
    evidence: {
      sessionAffinity: service.sessionAffinity,
      externalTrafficPolicy: service.externalTrafficPolicy,
      ...(azure.length > 0 && { distributionInAzure: azure }),
    },
    fixes: [withOutcome(service, { fix: dropSessionAffinity(service), changes: [], note })],
  };
}
