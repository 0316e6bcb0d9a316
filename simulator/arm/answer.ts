import type { ArmKind, SubscriptionDescription } from '../description.ts';
import type { FleetIndex } from '../fleet-index.ts';
import { json, type SimulatedRequest, type SimulatedResponse } from '../http.ts';
import { judgeToken } from '../tokens.ts';
import { loadBalancerConfiguration } from './configurations.ts';
import { credentials, type AuthorityOf, type KubeconfigForm } from './credentials.ts';
import * as errors from './errors.ts';
import { health, healthResult } from './health-operation.ts';
import {
  armKinds,
  decodePageStart,
  encodePageStart,
  itemsFor,
  pageOf,
  type PageStart,
  type ItemCache,
} from './lists.ts';
import { resourceGraph } from './resource-graph.ts';

export const armHost = 'management.azure.com';

export interface ArmContext {
  readonly index: FleetIndex;
  readonly cache: ItemCache;
  readonly pageSize: number;
  readonly nowMs: () => number;
  /** CA certificate of a cluster's API server, PEM. */
  readonly authorityOf: AuthorityOf;
  readonly kubeconfigForm: (cluster: string) => KubeconfigForm;
}

/** Answers as Azure Resource Manager does, for reading only. */
export function answerArm(context: ArmContext, request: SimulatedRequest): SimulatedResponse {
  const verdict = judgeToken(request, 'arm', context.nowMs());
  if (verdict !== 'ok') return errors.unauthorized(verdict);
  const apiVersion = request.url.searchParams.get('api-version') ?? undefined;
  if (apiVersion === undefined) return errors.badApiVersion(undefined);
  const segments = request.url.pathname.split('/').filter((segment) => segment !== '');
  if (/^\/providers\/microsoft\.resourcegraph\/resources$/iu.test(request.url.pathname))
    return resourceGraph(context.index, request);
  if (segments[0]?.toLowerCase() !== 'subscriptions')
    return errors.resourceNotFound(request.url.pathname);
  const [, subscriptionId] = segments;
  if (subscriptionId === undefined)
    return request.method === 'GET'
      ? subscriptions(context)
      : errors.methodNotAllowed(request.method);
  const subscription = context.index.subscription(subscriptionId);
  if (subscription === undefined) return errors.subscriptionNotFound(subscriptionId);
  return inSubscription(context, request, subscription, segments.slice(2), apiVersion);
}

function subscriptions({ index }: ArmContext): SimulatedResponse {
  const { fleet } = index;
  return json(200, {
    value: fleet.subscriptions.map(({ id, name }) => ({
      id: `/subscriptions/${id}`,
      authorizationSource: 'RoleBased',
      managedByTenants: [],
      subscriptionId: id,
      tenantId: fleet.tenantId,
      displayName: name,
      state: 'Enabled',
      subscriptionPolicies: {
        locationPlacementId: 'Internal_2014-09-01',
        quotaId: 'EnterpriseAgreement_2014-09-01',
        spendingLimit: 'Off',
      },
    })),
    count: { type: 'Total', value: fleet.subscriptions.length },
  });
}

/** `rest` is the path after the subscription: `[resourceGroups/G/]providers/NAMESPACE/TYPE[/NAME[/CHILD]]`. */
function inSubscription(
  context: ArmContext,
  request: SimulatedRequest,
  subscription: SubscriptionDescription,
  rest: readonly string[],
  apiVersion: string,
): SimulatedResponse {
  const grouped = rest[0]?.toLowerCase() === 'resourcegroups';
  const group = grouped ? rest[1] : undefined;
  const [providers, namespace, type, name, child, ...more] = grouped ? rest.slice(2) : rest;
  const [rule, action] = more;
  if (child?.toLowerCase() === 'loadbalancingrules' && action?.toLowerCase() === 'health')
    return health(context.index, request, subscription, {
      group: group ?? '',
      loadBalancer: name ?? '',
      rule: rule ?? '',
    });
  if (child?.toLowerCase() === 'operationresults')
    return healthResult(context.index, request, subscription, rule ?? '');
  const kind = armKinds.get(type?.toLowerCase() ?? '');
  if (providers?.toLowerCase() !== 'providers' || kind === undefined || namespace === undefined)
    return errors.resourceNotFound(request.url.pathname);
  if (name === undefined && (group === undefined || kind !== 'managedClusters')) {
    if (request.method !== 'GET') return errors.methodNotAllowed(request.method);
    return list(context, request, subscription, kind, { namespace, group });
  }
  if (kind !== 'managedClusters' || group === undefined || name === undefined)
    return errors.resourceNotFound(request.url.pathname);
  return ofCluster(context, request, subscription, { group, name, child, apiVersion });
}

interface ClusterPath {
  readonly group: string;
  readonly name: string;
  readonly child: string | undefined;
  readonly apiVersion: string;
}

function ofCluster(
  context: ArmContext,
  request: SimulatedRequest,
  subscription: SubscriptionDescription,
  { group, name, child, apiVersion }: ClusterPath,
): SimulatedResponse {
  const layout = context.index.byName(subscription, group, name);
  if (layout === undefined)
    return errors.resourceNotFound(`Microsoft.ContainerService/managedClusters/${name}`);
  switch (`${request.method} ${child?.toLowerCase() ?? ''}`) {
    case 'GET ':
      return subscription.denied.includes('managedClusters')
        ? errors.forbidden('Microsoft.ContainerService/managedClusters/read', layout.names.id)
        : json(200, itemsFor(context.cache, 'managedClusters', layout)[0] ?? '{}');
    case 'GET loadbalancers':
      if (!apiVersion.endsWith('-preview')) return errors.badApiVersion(apiVersion);
      // Nothing of the kind for a cluster that does not use several load balancers.
      return layout.cluster.configurations.length === 0
        ? errors.resourceNotFound(`${layout.names.id}/loadBalancers`)
        : json(200, {
            value: layout.cluster.configurations.map((one) =>
              loadBalancerConfiguration(layout, one),
            ),
          });
    case 'POST listclusterusercredential':
      return layout.cluster.access.credentialsDenied
        ? errors.forbidden(
            'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action',
            layout.names.id,
          )
        : credentials(layout, context.authorityOf(layout.names.host), context.kubeconfigForm(name));
    default:
      return request.method === 'GET'
        ? errors.resourceNotFound(request.url.pathname)
        : errors.methodNotAllowed(request.method);
  }
}

function list(
  context: ArmContext,
  request: SimulatedRequest,
  subscription: SubscriptionDescription,
  kind: ArmKind,
  { namespace, group }: { readonly namespace: string; readonly group: string | undefined },
): SimulatedResponse {
  if (subscription.denied.includes(kind))
    return errors.forbidden(`${namespace}/${kind}/read`, `/subscriptions/${subscription.id}`);
  const { searchParams } = request.url;
  const token = searchParams.get('$skipToken') ?? searchParams.get('skipToken');
  const from: PageStart | undefined =
    token === null ? { cluster: 0, item: 0 } : decodePageStart(token);
  if (from === undefined) return errors.badRequest('The skip token is invalid.');
  const { items, next } = pageOf(
    context.index,
    context.cache,
    subscription,
    kind,
    from,
    context.pageSize,
    group,
  );
  const more = next ?? trailingPage(kind, subscription, from);
  const nextLink = more === undefined ? '' : `,"nextLink":${JSON.stringify(linkTo(request, more))}`;
  return json(200, `{"value":[${items.join(',')}]${nextLink}}`, {
    'x-ms-request-id': 'simulated',
    'x-ms-ratelimit-remaining-subscription-reads': '249',
  });
}

/** The container service links from its last full page to an empty one; recorded lists of one item do so. */
function trailingPage(
  kind: ArmKind,
  { clusters }: SubscriptionDescription,
  from: PageStart,
): PageStart | undefined {
  return kind === 'managedClusters' && from.cluster < clusters.length
    ? { cluster: clusters.length, item: 0 }
    : undefined;
}

/** The token stands in it twice, as in recorded links. */
function linkTo({ url }: SimulatedRequest, cursor: PageStart): string {
  const token = encodePageStart(cursor);
  const version = url.searchParams.get('api-version') ?? '';
  return `${url.origin}${url.pathname}?%24skipToken=${token}&api-version=${version}&skipToken=${token}`;
}
