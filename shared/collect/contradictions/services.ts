import {
  keyInName,
  sameName,
  serviceKey,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancer,
} from '../../model/index.ts';
import { namespacedName } from '../kubernetes-lists.ts';
import { namespaceOnly, wrongScope, type Contradiction } from './form.ts';

/** What others say against the list of Services of type LoadBalancer. */

/** (d) Rules that the cloud provider wrote, or its Warnings, and no Service of type LoadBalancer. */
export function noService({
  services,
  loadBalancers,
  serviceEvents,
}: ClusterSnapshot): readonly Contradiction[] {
  if (services.kind === 'unread' || services.value.length > 0) return [];
  const [rule] = rulesOfServices(valueOr(loadBalancers, []));
  const warning = valueOr(serviceEvents, []).find(
    ({ type, reason }) => sameName(type, 'Warning') && /LoadBalancer/u.test(reason),
  );
  const because =
    rule === undefined
      ? warning && `serviceEvents has ${warning.reason} for ${warning.namespace}/${warning.service}`
      : `loadBalancers: ${rule.of} has rule ${rule.name} of one`;
  return because === undefined
    ? []
    : [
        {
          slice: 'services',
          why: `the list has no Service of type LoadBalancer, but ${because}: ${namespaceOnly}`,
        },
      ];
}

/**
 * (d) Services that own EndpointSlices, and so are there, with rules that the cloud provider wrote for
 * them. What is left of a deleted Service owns no slice, and one that was turned into a ClusterIP
 * Service is listed as such; where those were not read, half of the Services have to be lacking,
 * unless their list was filtered, too.
 */
export function servicesOfSlices({
  services,
  endpointSlices,
  loadBalancers,
  clusterIpServices,
}: ClusterSnapshot): readonly Contradiction[] {
  if (services.kind === 'unread' || services.value.length === 0) return [];
  const ruled = new Set(rulesOfServices(valueOr(loadBalancers, [])).map(({ key }) => key));
  const others = new Set(valueOr(clusterIpServices, []).map(namespacedName));
  const owners = new Map(
    valueOr(endpointSlices, []).flatMap(({ namespace, service, serviceUid = '' }) => {
      const key = serviceKey(serviceUid).toLowerCase();
      const name = `${namespace}/${service}`;
      return ruled.has(key) && !others.has(name) ? [[key, name] as const] : [];
    }),
  );
  const listed = new Set(services.value.map(({ uid }) => serviceKey(uid).toLowerCase()));
  const lacking = [...owners].filter(([key]) => !listed.has(key));
  const few =
    clusterIpServices.kind === 'unread' &&
    clusterIpServices.code !== 'contradicted' &&
    lacking.length * 2 < owners.size;
  if (lacking.length === 0 || few) return [];
  return [
    {
      slice: 'services',
      why: `the list lacks ${lacking.length} of the ${owners.size} Services that have endpointSlices and rules in loadBalancers, ${lacking[0]?.[1] ?? ''} among them: ${namespaceOnly}`,
    },
  ];
}

/**
 * (d) Services with addresses, and rules that the cloud provider wrote, and none of either belongs to
 * one of the other: Services of another cluster. Where rules are written anew, the addresses stay.
 */
export function servicesOfRules(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { services, loadBalancers, publicIpAddresses } = snapshot;
  if (services.kind === 'unread' || loadBalancers.kind === 'unread') return [];
  if (publicIpAddresses.kind === 'unread') return [];
  const rules = rulesOfServices(loadBalancers.value);
  const served = services.value.filter(
    ({ ingressIps, loadBalancerClass }) => ingressIps.length > 0 && loadBalancerClass === undefined,
  );
  const [first] = served;
  const [rule] = rules;
  if (first === undefined || rule === undefined) return [];
  const keys = new Set(services.value.map(({ uid }) => serviceKey(uid).toLowerCase()));
  if (rules.some(({ key }) => keys.has(key))) return [];
  const addressOf = new Map(publicIpAddresses.value.map(({ id, address }) => [id, address]));
  const addresses = loadBalancers.value.flatMap(({ frontends }) =>
    frontends.map(({ privateIp, publicIpId }) =>
      publicIpId === undefined ? privateIp : addressOf.get(publicIpId),
    ),
  );
  // An address that is not known may be that of any Service.
  const own = new Set<string | undefined>([
    undefined,
    ...served.flatMap((each) => each.ingressIps),
  ]);
  if (addresses.some((address) => own.has(address))) return [];
  return [
    {
      slice: 'services',
      why: `none of the ${rules.length} rules in loadBalancers, ${rule.name} of ${rule.of} among them, is of one of these Services, and no frontend has the address of one, such as that of ${namespacedName(first)}: ${wrongScope}`,
    },
  ];
}

const minuteMs = 60_000;

/** (e) The controller keeps a slice, if an empty one, for each Service with a selector. */
export function noEndpointSlice(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { services, endpointSlices, takenAt } = snapshot;
  if (endpointSlices.kind === 'unread') return [];
  if (endpointSlices.value.length === 0)
    return [
      {
        slice: 'endpointSlices',
        why: `the list is empty, and default/kubernetes always has one: ${namespaceOnly}`,
      },
    ];
  const having = new Set(
    endpointSlices.value.map(({ namespace, service }) => `${namespace}/${service}`),
  );
  const lacking = valueOr(services, []).find((service) => {
    const age = Date.parse(takenAt) - Date.parse(service.createdAt ?? '');
    return (
      (service.selector?.size ?? 0) > 0 &&
      !service.deleting &&
      age > minuteMs &&
      !having.has(namespacedName(service))
    );
  });
  return lacking === undefined
    ? []
    : [
        {
          slice: 'endpointSlices',
          why: `the list has none of services' ${namespacedName(lacking)}, for which the controller keeps one: ${namespaceOnly}`,
        },
      ];
}

/** Rules with the key of a Service in their name, and their load balancers. */
function rulesOfServices(loadBalancers: readonly LoadBalancer[]) {
  return loadBalancers.flatMap(({ name: of, rules }) =>
    rules.flatMap(({ name }) => {
      const key = keyInName(name);
      return key === undefined ? [] : [{ name, of, key }];
    }),
  );
}
