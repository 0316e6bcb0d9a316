import { annotationPrefix } from '../load-balancing/index.ts';
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
      title: 'Name the subnet that the address is in (azure-load-balancer-internal-subnet)',
      price:
        'the subnet must exist in the virtual network of the cluster, and its identity must be allowed to join it',
      step: (service) =>
        setServiceAnnotation(service, 'azure-load-balancer-internal-subnet', 'SUBNET_NAME', '', [])
          .steps[0] ?? describe(service),
    },
  ],
  ...['privateipaddressisallocated', 'privateipaddressinuse'].map((code): [string, Remedy] => [
    code,
    {
      title: 'Ask for another private address, or free the one that is taken',
      price: 'clients have to use the new address',
      step: az('az network vnet show -g GROUP -n VNET --query "subnets[].ipConfigurations[].id"'),
    },
  ]),
  ...['subnetisfull', 'subnetfull'].map((code): [string, Remedy] => [
    code,
    {
      title: 'Use a subnet with free addresses, or widen this one',
      price: 'a subnet in use can only be widened where its neighbours leave room',
      step: az(
        'az network vnet subnet show -g GROUP --vnet-name VNET -n SUBNET --query addressPrefix',
      ),
    },
  ]),
  [
    'publicipcountlimitreached',
    {
      title: 'Free public IP addresses, or have the quota raised',
      price: 'addresses that are freed may not come back',
      step: az('az network list-usages -l LOCATION -o table'),
    },
  ],
  ...['authorizationfailed', 'linkedauthorizationfailed'].map((code): [string, Remedy] => [
    code,
    {
      title: 'Give the identity of the cluster the right that the event names',
      price: 'the identity may do more than before: give it on the one resource',
      step: az(
        'az role assignment create --assignee CLUSTER_IDENTITY --role "Network Contributor" --scope RESOURCE_ID',
      ),
    },
  ]),
  [
    'requestdisallowedbypolicy',
    {
      title: 'Look at which Azure Policy denies it',
      price: 'none: it only reads; an exemption is for the owner of the policy to give',
      step: az('az policy state list --filter "complianceState eq \'NonCompliant\'" -o table'),
    },
  ],
  ...['anotheroperationinprogress', 'referencedresourcenotprovisioned', 'retryableerror'].map(
    (code): [string, Remedy] => [
      code,
      {
        title: 'Wait for the other change of the load balancer to end',
        price: 'none: the provider tries again by itself',
        step: describe,
      },
    ],
  ),
  ...['publicipaddressinuse', 'publicipreferencedbymultipleipconfigs'].map(
    (code): [string, Remedy] => [
      code,
      {
        title: 'Take the public address away from what holds it, or name another one',
        price: 'whatever holds the address loses it',
        step: az('az network public-ip show --ids PUBLIC_IP_ID --query ipConfiguration.id'),
      },
    ],
  ),
  [
    'dnsrecordinuse',
    {
      title: 'Choose another DNS label (azure-dns-label-name)',
      price: 'clients have to use the new name',
      step: describe,
    },
  ],
  [
    'differentskuloadbalancersandpublicipaddressnotallowed',
    {
      title: 'Use a public address of the SKU of the load balancer',
      price: 'the address changes',
      step: az('az network public-ip list --query "[].{name:name,sku:sku.name}" -o table'),
    },
  ],
  [
    'rulesuseSamebackendportprotocolandippool'.toLowerCase(),
    {
      title: 'Use floating IP, or another backend port',
      price: 'packets then reach the nodes with the address of the load balancer',
      step: (service) => ({
        tool: 'kubectl',
        text: `kubectl -n ${quoted(service.namespace)} annotate service ${quoted(service.name)} ${annotationPrefix}azure-disable-load-balancer-floating-ip-`,
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
