import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import {
  clientOptions,
  Cursor,
  keepRules,
  Problems,
  queryAnswers,
  reasonOfArm,
  type ArmAccess,
} from '../../input/index.ts';
import { lineOf } from '../live/failure.ts';
import { armId, read, unread, type Read, type ResourceChange } from '../../model/index.ts';

/** What a load balancer, a security group or a cluster went through in the last 14 days. */
const query = `resourcechanges
| extend target = tolower(tostring(properties.targetResourceId)), at = todatetime(properties.changeAttributes.timestamp)
| where at > ago(14d)
| where tostring(properties.targetResourceType) in~ ('microsoft.network/loadbalancers', 'microsoft.network/networksecuritygroups', 'microsoft.containerservice/managedclusters')
| project target, at, changeType = tostring(properties.changeType), operation = tostring(properties.changeAttributes.operation), clientType = tostring(properties.changeAttributes.clientType), changedBy = tostring(properties.changeAttributes.changedBy), paths = bag_keys(properties.changes)
| order by at desc`;

const pageSize = 1000;
/** A cloud provider writes a load balancer with every Service: of a busy fleet the newest are enough. */
const mostPages = 3;
const what = 'resourcechanges';

/** The newest changes of a subscription's load balancers, security groups and clusters, newest first. */
export async function readChanges(
  access: ArmAccess,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<Read<readonly ResourceChange[]>> {
  const client = new ResourceGraphClient(access.credential, clientOptions(access));
  let answered: unknown;
  const take = (body: unknown): unknown => {
    answered = body;
    return {};
  };
  keepRules(client, access, queryAnswers({ endpoint: access.endpoint, what, take }));
  const changes: ResourceChange[] = [];
  try {
    let skipToken: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      await client.resources(
        {
          query,
          subscriptions: [subscriptionId],
          options: {
            top: pageSize,
            resultFormat: 'objectArray',
            ...(skipToken !== undefined && { skipToken }),
          },
        },
        signal === undefined ? {} : { abortSignal: signal },
      );
      // Rows that are none spoil no verdict, so they are no faults of the input either.
      const body = new Cursor(answered, 'body', { source: what, problems: new Problems() });
      changes.push(...body.objects('data').slice(0, pageSize).flatMap(changeOf));
      const next = body.text('$skipToken', 8192);
      if (next === undefined || next === '' || next === skipToken) break;
      skipToken = next;
    }
  } catch (error) {
    return unread(
      signal?.aborted === true ? `${what}: ${lineOf(signal.reason)}` : reasonOfArm(error, what),
    );
  }
  return read(changes.toSorted((a, b) => (a.at < b.at ? 1 : -1)));
}

const mostPaths = 20;
/** Later years are written in another way, which sorts before all others. */
const latestMs = Date.parse('9999-12-31T23:59:59Z');

function changeOf(row: Cursor): readonly ResourceChange[] {
  const target = row.text('target', 2048);
  const time = Date.parse(row.text('at', 64) ?? '');
  if (target === undefined || !(time >= 0 && time <= latestMs)) return [];
  const operation = row.text('operation', 200);
  const clientType = row.text('clientType', 100);
  const changedBy = row.text('changedBy', 256);
  return [
    {
      resourceId: armId(target),
      at: new Date(time).toISOString(),
      changeType: row.text('changeType', 32) ?? '',
      ...(operation && { operation }),
      ...(clientType && { clientType }),
      ...(changedBy && { changedBy }),
      properties: row.texts('paths', 300).slice(0, mostPaths),
    },
  ];
}
