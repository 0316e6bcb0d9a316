import type { ChangeDescription } from '../description.ts';
import type { FleetIndex } from '../fleet-index.ts';
import { json, type SimulatedRequest, type SimulatedResponse } from '../http.ts';
import type { Layout } from '../layout.ts';
import { networkId } from '../names.ts';
import * as errors from './errors.ts';
import { securityGroupName } from './security-group.ts';

/** Resource Graph, as far as two queries go. */
export function resourceGraph(index: FleetIndex, request: SimulatedRequest): SimulatedResponse {
  if (request.method !== 'POST') return errors.methodNotAllowed(request.method);
  const asked = bodyOf(request.body);
  const query = asked.query.toLowerCase();
  if (query.startsWith('resourcechanges')) return changes(index, asked);
  if (query.startsWith('resourcecontainers')) return clusterCounts(index, asked);
  return errors.badRequest(
    'The simulator knows two queries: resourcechanges and resourcecontainers.',
  );
}

/** Subscriptions and how many clusters they have; where the list is refused, none, without a word. */
function clusterCounts(index: FleetIndex, asked: GraphQuery): SimulatedResponse {
  const rows = asked.subscriptions.flatMap((id) => {
    const subscription = index.subscription(id);
    if (subscription === undefined || subscription.denied.includes('changes')) return [];
    const { clusters, denied } = subscription;
    return [
      { subscriptionId: id, clusters: denied.includes('managedClusters') ? 0 : clusters.length },
    ];
  });
  return answer(asked, rows);
}

type GraphQuery = ReturnType<typeof bodyOf>;

/** What was changed, newest first, a page at a time. */
function changes(index: FleetIndex, asked: GraphQuery): SimulatedResponse {
  const rows = asked.subscriptions.flatMap((id) => {
    const subscription = index.subscription(id);
    // What may not be read is left out, without a word.
    if (subscription === undefined || subscription.denied.includes('changes')) return [];
    return Array.from({ length: subscription.clusters.length }, (_, at) => at).flatMap((at) => {
      const layout = index.layout(subscription, at);
      return layout === undefined
        ? []
        : layout.cluster.changes.map((change) => changeJson(layout, change));
    });
  });
  if (asked.subscriptions.every((id) => index.subscription(id)?.denied.includes('changes')))
    return errors.forbidden('Microsoft.ResourceGraph/resources/read', asked.subscriptions.join());
  return answer(
    asked,
    rows.toSorted((a, b) => (a.at < b.at ? 1 : -1)),
  );
}

function answer(asked: GraphQuery, rows: readonly object[]): SimulatedResponse {
  const page = rows.slice(asked.from, asked.from + asked.top);
  const next = asked.from + page.length;
  return json(200, {
    totalRecords: rows.length,
    count: page.length,
    resultTruncated: 'false',
    facets: [],
    data: page,
    ...(next < rows.length && { $skipToken: String(next) }),
  });
}

function changeJson(layout: Layout, change: ChangeDescription) {
  return {
    target: targetOf(layout, change.of).toLowerCase(),
    at: new Date(Date.parse(layout.now) - change.minutesAgo * 60_000).toISOString(),
    changeType: change.changeType ?? 'Update',
    operation: change.operation,
    clientType: change.clientType,
    changedBy: change.changedBy,
    paths: change.paths,
  };
}

function targetOf(layout: Layout, of: ChangeDescription['of']): string {
  if (of === 'cluster') return layout.names.id;
  return of === 'securityGroup'
    ? networkId(layout.names, 'networkSecurityGroups', securityGroupName(layout))
    : networkId(layout.names, 'loadBalancers', of.loadBalancer);
}

function bodyOf(text: string) {
  const parsed: unknown = JSON.parse(text);
  const fields = new Map<string, unknown>(
    typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [],
  );
  const given = fields.get('options');
  const options = new Map<string, unknown>(
    typeof given === 'object' && given !== null ? Object.entries(given) : [],
  );
  const subscriptions = fields.get('subscriptions');
  return {
    query: String(fields.get('query')),
    subscriptions: Array.isArray(subscriptions) ? subscriptions.map(String) : [],
    top: Number(options.get('$top') ?? 100),
    from: Number(options.get('$skipToken') ?? 0),
  };
}
