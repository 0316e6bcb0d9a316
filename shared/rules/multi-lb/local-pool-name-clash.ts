import { kubectlOn, yaml } from '../../fixes/commands.ts';
import {
  compacted,
  listed,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type Read,
} from '../../model/index.ts';
import { situations, withClusterPolicy, type Situations } from '../../traffic/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { withOutcome } from '../../fixes/outcome.ts';
import { useClusterPolicy } from '../../fixes/service-fixes.ts';
import { distinct } from '../../fixes/text.ts';
import { localServices, type LocalService } from '../../facts/local-pools.ts';

/** Finds Local Services whose own pool is called like that of another one, or like one of IPv6. */
export const localPoolNameClash = defineRule(
  {
    id: 'multi-lb/local-pool-name-clash',
    title: 'Backend pool name of a Local Service is already in use',
    why: 'The pool is named after Namespace and Service: two Services with the same pool name overwrite each other’s members, and a name ending in -ipv6 gets none.',
    remedy: 'Rename one of the Services, or use Cluster.',
    severity: 'high',
    source: "Azure's cloud provider: backend pools of Local Services (azure_local_services.go)",
  },
  { needs: ['loadBalancerConfigurations', localServices], helps: [situations] },
  ({ loadBalancerConfigurations, localServices: locals, situations: all }) => ({
    faults:
      loadBalancerConfigurations.length === 0
        ? []
        : locals
            .filter(({ clashes, takenForIpv6 }) => clashes.length > 0 || takenForIpv6)
            .map((each) => faultOf(each, all)),
  }),
);

function faultOf(
  { service, clashes, takenForIpv6, poolNames }: LocalService,
  all: Read<Situations>,
): Fault {
  const name = subjectText(service);
  const others = distinct(clashes.flatMap((clash) => clash.others.map(subjectText)));
  const pools = distinct(clashes.map(({ loadBalancer, pool }) => `${loadBalancer}/${pool}`));
  const fight = `${listed(others)} ${others.length === 1 ? 'uses' : 'use'} the same pool name: ${listed(pools)} contains the nodes of the Service that was updated last, and pods of the other get no traffic.`;
  const empty = `Its pool ${poolNames.get('IPv4')} ends in -ipv6 and is treated as an IPv6 pool: the cloud provider looks for IPv6 addresses of the nodes and adds none.`;
  return {
    subject: serviceSubject(service),
    title:
      clashes.length > 0
        ? `${name} shares its backend pool with ${listed(others)}`
        : `Backend pool of ${name} is treated as an IPv6 pool`,
    message: `With multiple load balancers, a Local Service has its own backend pool, named NAMESPACE-SERVICE. ${[...(clashes.length > 0 ? [fight] : []), ...(takenForIpv6 ? [empty] : [])].join(' ')}`,
    causes: compacted([
      takenForIpv6 && 'pool-taken-for-ipv6',
      clashes.length > 0 && 'same-pool-name',
    ]),
    evidence: { pools: [...poolNames.values()], sharedWith: others },
    fixes: [
      {
        title: 'Recreate the Service under a different name',
        steps: [kubectlOn(serviceSubject(service), 'get', '-o yaml'), yaml(renamed(service))],
        price: [
          'the new Service gets another address unless the old one is reserved',
          'clients inside the cluster must use the new name',
        ],
      },
      withOutcome(all, service, {
        fix: useClusterPolicy(service),
        changes: [withClusterPolicy],
      }),
    ],
  };
}

function renamed({ namespace, name }: LoadBalancerService): string {
  const other = `${name.replace(/-ipv6$/u, '')}-lb`;
  return `# the same spec under a name that no pool uses yet\nmetadata:\n  namespace: ${JSON.stringify(namespace)}\n  name: ${JSON.stringify(other)}`;
}
