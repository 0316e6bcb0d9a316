import { annotationPrefix, floatingIpOff } from '../load-balancing/index.ts';
import type { LoadBalancerService } from '../model/index.ts';
import type { Fix } from './fix.ts';
import { setServiceAnnotation } from './service-fixes.ts';
import { excerpt, quoted } from './text.ts';

/** Azure's own code in the text of an event: `Code="PrivateIPAddressNotInSubnet"`, `"code": "…"`. */
function errorCode(message: string): string | undefined {
  return /\b(?:error)?code["']?\s*[:=]\s*["']?([A-Za-z]\w{3,80})/iu.exec(message)?.[1];
}

/** What an event says, short; a code and the objects that it names are kept where the text is cut. */
export function eventExcerpt(message: string): string {
  const short = excerpt(message);
  const code = errorCode(message);
  const names = [
    ...message.matchAll(/\/(?:providers\/[\w.]+\/)?\w+\/([\w.-]{1,80})(?=["'\s,;)]|$)/gu),
  ].map(([, name = '']) => name);
  const kept = [...new Set([code, ...names.slice(0, 3)])].flatMap((text) =>
    text === undefined || short.includes(text) ? [] : [text],
  );
  return kept.length === 0 ? short : `${short.slice(0, 220)}… (${kept.join(', ')})`.slice(0, 300);
}

interface Remedy {
  readonly title: string;
  readonly price: string;
  readonly step: (service: LoadBalancerService) => Fix['steps'][number];
}

const describe = ({ namespace, name }: LoadBalancerService): Fix['steps'][number] => ({
  tool: 'kubectl',
  text: `kubectl -n ${quoted(namespace)} describe service ${quoted(name)}`,
});
const az = (text: string) => (): Fix['steps'][number] => ({ tool: 'az', text });

/** The commonest refusals of Azure, and what takes each away. */
const remedies: ReadonlyMap<string, Remedy> = new Map([
  [
    'privateipaddressnotinsubnet',
    {
      title: 'Set the subnet that contains the address (azure-load-balancer-internal-subnet)',
      price:
        'the subnet must be in the cluster’s virtual network, and the cluster identity must be allowed to join it',
      step: (service) =>
        setServiceAnnotation(service, 'azure-load-balancer-internal-subnet', 'SUBNET_NAME', '', [])
          .steps[0] ?? describe(service),
    },
  ],
  ...['privateipaddressisallocated', 'privateipaddressinuse'].map((code): [string, Remedy] => [
    code,
    {
      title: 'Request another private address, or free the one in use',
      price: 'clients must use the new address',
      step: az('az network vnet show -g GROUP -n VNET --query "subnets[].ipConfigurations[].id"'),
    },
  ]),
  ...['subnetisfull', 'subnetfull'].map((code): [string, Remedy] => [
    code,
    {
      title: 'Use a subnet with free addresses, or enlarge this one',
      price: 'a subnet in use can only be enlarged if the adjacent address space is free',
      step: az(
        'az network vnet subnet show -g GROUP --vnet-name VNET -n SUBNET --query addressPrefix',
      ),
    },
  ]),
  [
    'publicipcountlimitreached',
    {
      title: 'Free public IP addresses, or request a quota increase',
      price: 'released addresses may not be available again',
      step: az('az network list-usages -l LOCATION -o table'),
    },
  ],
  ...['authorizationfailed', 'linkedauthorizationfailed'].map((code): [string, Remedy] => [
    code,
    {
      title: 'Grant the cluster identity the permission named in the event',
      price: 'the identity gets more rights: grant them on that one resource only',
      step: az(
        'az role assignment create --assignee CLUSTER_IDENTITY --role "Network Contributor" --scope RESOURCE_ID',
      ),
    },
  ]),
  [
    'requestdisallowedbypolicy',
    {
      title: 'Check which Azure Policy assignment denies it',
      price: 'none (read-only); only the policy owner can grant an exemption',
      step: az('az policy state list --filter "complianceState eq \'NonCompliant\'" -o table'),
    },
  ],
  ...['anotheroperationinprogress', 'referencedresourcenotprovisioned', 'retryableerror'].map(
    (code): [string, Remedy] => [
      code,
      {
        title: 'Wait until the other operation on the load balancer finishes',
        price: 'none: the cloud provider retries automatically',
        step: describe,
      },
    ],
  ),
  ...['publicipaddressinuse', 'publicipreferencedbymultipleipconfigs'].map(
    (code): [string, Remedy] => [
      code,
      {
        title: 'Detach the public address from the resource that uses it, or specify another one',
        price: 'the resource that uses the address loses it',
        step: az('az network public-ip show --ids PUBLIC_IP_ID --query ipConfiguration.id'),
      },
    ],
  ),
  [
    'dnsrecordinuse',
    {
      title: 'Choose another DNS label (azure-dns-label-name)',
      price: 'clients must use the new name',
      step: describe,
    },
  ],
  [
    'differentskuloadbalancersandpublicipaddressnotallowed',
    {
      title: 'Use a public address with the same SKU as the load balancer',
      price: 'the address changes',
      step: az('az network public-ip list --query "[].{name:name,sku:sku.name}" -o table'),
    },
  ],
  [
    'rulesusesamebackendportprotocolandippool',
    {
      title: 'Use floating IP, or another backend port',
      price: 'packets then reach the nodes with the load balancer’s address as destination',
      step: (service) => ({
        tool: 'kubectl',
        text: `kubectl -n ${quoted(service.namespace)} annotate service ${quoted(service.name)} ${annotationPrefix}${floatingIpOff}-`,
      }),
    },
  ],
]);

/** What takes a refusal of Azure away, where its code is a known one. */
export function remedyOf(service: LoadBalancerService, message: string): readonly Fix[] {
  const code = errorCode(message)?.toLowerCase();
  const known =
    remedies.get(code ?? '') ??
    [...remedies].find(([name]) => message.toLowerCase().includes(name))?.[1];
  if (known === undefined) return [];
  return [{ title: known.title, price: [known.price], steps: [known.step(service)] }];
}
