import { compacted, type LoadBalancerService, type Read } from '../model/index.ts';
import type { KnownSku } from '../facts/cluster-sku.ts';
import { az } from './commands.ts';
import type { Fix } from './fix.ts';
import { setServiceAnnotation } from './service-fixes.ts';
import { dropAddressPins } from './service-spec-fixes.ts';
import { cited, excerpt, quoted } from './text.ts';
import type { Unusable } from '../facts/unusable-public-ips.ts';

interface Surroundings {
  readonly sku: Read<KnownSku>;
  readonly nodeGroup: string | undefined;
}

/** What could be done about addresses that a Service cannot have. */
export function publicIpFixes(
  service: LoadBalancerService,
  unusable: readonly Unusable[],
  surroundings: Surroundings,
): readonly Fix[] {
  const elsewhere = unusable.find(({ cause }) => cause === 'other-resource-group');
  const absent = unusable.find(
    ({ cause, wanted }) => cause === 'not-found' && wanted.by === 'name',
  );
  return compacted([
    elsewhere?.detail !== undefined && lookThere(service, elsewhere.detail),
    absent?.detail !== undefined && makeAddress(absent.wanted.text, absent.detail, surroundings),
    dropAddressPins(service),
  ]);
}

function lookThere(service: LoadBalancerService, group: string): Fix {
  return setServiceAnnotation(
    service,
    'azure-load-balancer-resource-group',
    group,
    `Look for it in resource group ${excerpt(group)} (azure-load-balancer-resource-group)`,
    [`the cluster identity needs the Network Contributor role on ${group}`],
  );
}

function makeAddress(name: string, group: string, { sku, nodeGroup }: Surroundings): Fix {
  const known = sku.kind === 'read' && sku.value === 'basic' ? 'Basic' : 'Standard';
  const inNodeGroup = group.toLowerCase() === nodeGroup?.toLowerCase();
  return {
    title: `Create public IP address ${cited(name)}`,
    steps: [
      az(
        `network public-ip create -g ${quoted(group)} -n ${quoted(name)} --sku ${known} --allocation-method Static`,
      ),
    ],
    price: compacted([
      'a public IP address is billed',
      inNodeGroup && 'it is deleted with the cluster’s node resource group',
    ]),
  };
}
