import { annotationPrefix, floatingIpOff } from '../load-balancing/index.ts';
import type { LoadBalancerService } from '../model/index.ts';
import { az } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { annotateService, describeService, setAnnotation } from './service-fixes.ts';
import { excerpt, quoted } from './text.ts';

/** Azure's own code in the text of an event: `Code="PrivateIPAddressNotInSubnet"`, `"code": "…"`. */
function errorCode(message: string): string | undefined {
  return /\b(?:error)?code["']?\s*[:=]\s*["']?([A-Za-z]\w{3,80})/iu.exec(message)?.[1];
}

/** What an event says, short; a code and the objects that it names are kept where the text is cut. */
export function eventExcerpt(message: string): string {
  const short = excerpt(message);
  if (!short.endsWith('…')) return short;
  const head = short.slice(0, 200);
  const names = [...new Set(objectsIn(message))].filter((name) => !head.includes(name));
  const code = errorCode(message) ?? '';
  const kept = [...(code === '' || head.includes(code) ? [] : [code]), ...names.slice(0, 3)];
  return kept.length === 0 ? short : `${head}… (${kept.join(', ')})`.slice(0, 300);
}

/** Names of the resources whose ids a text has; an ip configuration is called as what has it. */
function objectsIn(message: string): readonly string[] {
  const ids = message.matchAll(/\/subscriptions\/[^\s"'`,;)\]]+\/providers\/[^\s"'`,;)\]]+/giu);
  return [...ids].flatMap(([id]) => {
    const parts = id.replace(/\/ipConfigurations\/[^/]*$/iu, '').split('/');
    const name = (parts.at(-1) ?? '').replace(/[.:]+$/u, '');
    return /^[\w.-]{1,80}$/u.test(name) ? [name] : [];
  });
}

/** What takes a refusal of Azure away, by the codes that it has, in lower case. */
interface Remedy {
  readonly codes: readonly string[];
  readonly title: string;
  readonly price: string;
  readonly step: (service: LoadBalancerService) => FixStep;
}

/** The commonest refusals. */
const azureRemedies: readonly Remedy[] = [
  {
    codes: ['privateipaddressnotinsubnet'],
    title: 'Set the subnet that contains the address (azure-load-balancer-internal-subnet)',
    price:
      'the subnet must be in the cluster’s virtual network, and the cluster identity must be allowed to join it',
    step: (service) => setAnnotation(service, 'azure-load-balancer-internal-subnet', 'SUBNET_NAME'),
  },
  {
    codes: ['privateipaddressisallocated', 'privateipaddressinuse'],
    title: 'Request another private address, or free the one in use',
    price: 'clients must use the new address',
    step: () => az('network vnet show -g GROUP -n VNET --query "subnets[].ipConfigurations[].id"'),
  },
  {
    codes: ['subnetisfull', 'subnetfull'],
    title: 'Use a subnet with free addresses, or enlarge this one',
    price: 'a subnet in use can only be enlarged if the adjacent address space is free',
    step: () =>
      az('network vnet subnet show -g GROUP --vnet-name VNET -n SUBNET --query addressPrefix'),
  },
  {
    codes: ['publicipcountlimitreached'],
    title: 'Free public IP addresses, or request a quota increase',
    price: 'released addresses may not be available again',
    step: () => az('network list-usages -l LOCATION -o table'),
  },
  {
    codes: ['scopelocked'],
    title: 'Remove the lock from the resource named in the event',
    price: 'the resource is no longer protected against deletion: use a lock of kind CanNotDelete',
    step: () => az('lock list -g NODE_RESOURCE_GROUP -o table'),
  },
  {
    codes: ['invalidtagvaluelength'],
    title: 'Let fewer Services share the public IP address (a tag of it lists their names)',
    price: 'clients of the Services that move must use another address',
    step: describeService,
  },
  {
    codes: ['requestdisallowedbypolicy'],
    title: 'Check which Azure Policy assignment denies it',
    price: 'none (read-only); only the policy owner can grant an exemption',
    step: () => az('policy state list --filter "complianceState eq \'NonCompliant\'" -o table'),
  },
  {
    codes: ['atleastoneipv4requiredforipv6lbfrontendipconfiguration'],
    title: 'Put a Service with IPv4 on the load balancer, or use both families',
    price: 'the load balancer needs an IPv4 frontend as long as it has one of IPv6',
    step: describeService,
  },
  {
    codes: ['cannotmixipbasedaddressesandipconfigurations'],
    title: 'Complete the migration of the backend pools to one kind (NIC or IP)',
    price: 'inbound traffic is interrupted while pools change',
    step: () =>
      az('aks show -g GROUP -n CLUSTER --query networkProfile.loadBalancerProfile.backendPoolType'),
  },
  {
    codes: ['anotheroperationinprogress', 'referencedresourcenotprovisioned', 'retryableerror'],
    title: 'Wait until the other operation on the load balancer finishes',
    price: 'none: the cloud provider retries automatically',
    step: describeService,
  },
  {
    codes: ['publicipaddressinuse', 'publicipreferencedbymultipleipconfigs'],
    title: 'Detach the public address from the resource that uses it, or specify another one',
    price: 'the resource that uses the address loses it',
    step: () => az('network public-ip show --ids PUBLIC_IP_ID --query ipConfiguration.id'),
  },
  {
    codes: ['dnsrecordinuse'],
    title: 'Choose another DNS label (azure-dns-label-name)',
    price: 'clients must use the new name',
    step: describeService,
  },
  {
    codes: ['differentskuloadbalancersandpublicipaddressnotallowed'],
    title: 'Use a public address with the same SKU as the load balancer',
    price: 'the address changes',
    step: () => az('network public-ip list --query "[].{name:name,sku:sku.name}" -o table'),
  },
  {
    // The code ends in Pool or in IPConfig.
    codes: ['rulesusesamebackendportprotocoland'],
    title: 'Use floating IP, or another backend port',
    price: 'packets then reach the nodes with the load balancer’s address as destination',
    step: (service) => annotateService(service, `${annotationPrefix}${floatingIpOff}-`),
  },
];

const failedResource: Fix = {
  title: 'Repair the resource named in the event (its provisioning state is Failed)',
  price: ['a node whose VM or NIC is written again may lose connections for a moment'],
  steps: [az('network nic update --ids NIC_ID # writes it again unchanged')],
};

/** The action that was denied, and on what, as Azure quotes both. */
function grant(message: string): Fix {
  const denied = /\bdoes not have (?:authorization|permission)\b.*/isu.exec(message)?.[0] ?? '';
  const action = /\bactions?(?:\(s\))? '([\w./]{5,120})'/iu.exec(denied)?.[1];
  const scope = /\bscope(?:\(s\))? '(\/[\w./()-]{5,400})'/iu.exec(denied)?.[1];
  return {
    title: `Grant the cluster identity ${action ?? 'the permission named in the event'}`,
    steps: [
      az(
        `role assignment create --assignee CLUSTER_IDENTITY --role "Network Contributor" --scope ${scope === undefined ? 'RESOURCE_ID' : quoted(scope)}`,
      ),
    ],
    price: ['the identity gets more rights: grant them on that one resource only'],
  };
}

/** What takes a refusal of Azure away, where its code is a known one. */
export function remedyOf(service: LoadBalancerService, message: string): readonly Fix[] {
  const code = errorCode(message)?.toLowerCase();
  // Nothing ends this by itself, whatever the code: the resource has to be written again.
  if (/\bis in failed state\b/iu.test(message)) return [failedResource];
  if (/\b(?:linked)?authorizationfailed\b/iu.test(message)) return [grant(message)];
  const known =
    azureRemedies.find(({ codes }) => code !== undefined && codes.includes(code)) ??
    azureRemedies.find(({ codes }) => codes.some((each) => message.toLowerCase().includes(each)));
  if (known === undefined) return [];
  return [{ title: known.title, price: [known.price], steps: [known.step(service)] }];
}
