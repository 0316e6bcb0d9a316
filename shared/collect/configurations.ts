import { createDefaultHttpClient, createPipelineRequest } from '@azure/core-rest-pipeline';
import { NetworkManagementClient } from '@azure/arm-network';
import {
  ArmError,
  clientOptions,
  Cursor,
  keepRules,
  parseJson,
  codeOfArm,
  reasonOfArm,
  sourceOf,
  type ArmAccess,
} from '../input/index.ts';
import {
  keyInName,
  compareText,
  present,
  read,
  sameName,
  unread,
  type ArmId,
  type LabelSelector,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type ManagedCluster,
  type Read,
  type Requirement,
} from '../model/index.ts';

const apiVersion = '2026-04-02-preview';

/**
 * The configurations of several Standard load balancers of a cluster. The SDK has no such operation,
 * so this is a plain GET through the same pipeline; 404 and 400 say that the cluster has none.
 */
export async function readConfigurations(
  access: ArmAccess,
  cluster: { readonly id: ArmId; readonly subscriptionId: string },
  signal?: AbortSignal,
): Promise<Read<readonly LoadBalancerConfiguration[]>> {
  const client = new NetworkManagementClient(
    access.credential,
    cluster.subscriptionId,
    clientOptions(access),
  );
  const { pipeline } = client;
  pipeline.removePolicy({ name: 'ApiVersionPolicy' });
  keepRules(client, access);
  const source = sourceOf(access, 'managedClusterLoadBalancers');
  const origin = { source, problems: access.problems };
  const rows: LoadBalancerConfiguration[] = [];
  try {
    const http = access.httpClient ?? createDefaultHttpClient();
    let url: string | undefined =
      `${access.endpoint}${cluster.id}/loadBalancers?api-version=${apiVersion}`;
    while (url !== undefined) {
      const request = createPipelineRequest({
        url,
        ...(signal !== undefined && { abortSignal: signal }),
      });
      const response = await pipeline.sendRequest(http, request);
      const body = new Cursor(parseJson(response.bodyAsText ?? ''), 'body', origin);
      for (const item of body.objects('value')) {
        const row = parseConfiguration(item);
        if (row === undefined) return unread(`${source}: ${item.path} has no name`);
        rows.push(row);
      }
      url = body.text('nextLink', 8192) || undefined;
    }
    return read(rows.toSorted((a, b) => compareText(a.name, b.name)));
  } catch (error) {
    if (error instanceof ArmError && (error.status === 404 || error.status === 400))
      return read([]);
    return unread(reasonOfArm(error, source), codeOfArm(error));
  }
}

function parseConfiguration(item: Cursor): LoadBalancerConfiguration | undefined {
  const name = item.text('name', 260);
  if (name === undefined || name === '') return undefined;
  const properties = item.at('properties');
  const primaryNodePool = properties.text('primaryAgentPoolName', 64);
  const nodeSelector = parseSelector(properties.at('nodeSelector'));
  const serviceLabelSelector = parseSelector(properties.at('serviceLabelSelector'));
  const serviceNamespaceSelector = parseSelector(properties.at('serviceNamespaceSelector'));
  return {
    name,
    allowServicePlacement: properties.flag('allowServicePlacement') ?? true,
    ...present({ primaryNodePool, nodeSelector, serviceLabelSelector, serviceNamespaceSelector }),
  };
}

/** ARM writes matchLabels as a list of `key=value`; a map is as good. */
function parseSelector(selector: Cursor): LabelSelector | undefined {
  if (selector.absent || !selector.isObject()) return undefined;
  const labels = selector.at('matchLabels');
  const pairs = Array.isArray(labels.value)
    ? selector.texts('matchLabels', 400).map((pair): [string, string] => {
        const equals = pair.indexOf('=');
        return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      })
    : selector.map('matchLabels');
  return {
    matchLabels: new Map(pairs),
    matchExpressions: selector.objects('matchExpressions').map((each): Requirement => ({
      key: each.text('key', 400) ?? '',
      operator: each.text('operator', 64) ?? '',
      values: each.at('values').absent ? [] : each.texts('values', 400),
    })),
  };
}

/** Whether the configurations are worth a call of their own: one cluster in many has them. */
export function needsConfigurations(
  cluster: ManagedCluster,
  loadBalancers: Read<readonly LoadBalancer[]>,
): boolean {
  if (cluster.multipleLoadBalancers === true) return true;
  if (loadBalancers.kind === 'unread') return false;
  return configurationsOf(read([]), cluster, loadBalancers, new Set()).kind === 'unread';
}

/**
 * Whether an empty answer may stand for "none": not where the cluster says that it has several load
 * balancers, and not where a rule of a Service sits on one that a single-load-balancer cluster would
 * not have.
 */
export function configurationsOf(
  configurations: Read<readonly LoadBalancerConfiguration[]>,
  cluster: ManagedCluster | undefined,
  loadBalancers: Read<readonly LoadBalancer[]>,
  vmSetNames: ReadonlySet<string>,
): Read<readonly LoadBalancerConfiguration[]> {
  if (configurations.kind === 'unread' || configurations.value.length > 0) return configurations;
  if (cluster?.multipleLoadBalancers === true)
    return unread(
      'managedClusterLoadBalancers: the cluster has several load balancers, and their configurations were not read',
    );
  if (loadBalancers.kind === 'unread')
    return unread(`loadBalancers: ${loadBalancers.why}`, loadBalancers.code);
  const odd = loadBalancers.value.find((each) => {
    const base = each.name.toLowerCase().replace(/-internal$/u, '');
    const ofCluster = each.rules.some((rule) => keyInName(rule.name) !== undefined);
    return (
      ofCluster && !sameName(base, 'kubernetes') && !vmSetNames.has(base) && each.sku === 'standard'
    );
  });
  return odd === undefined
    ? configurations
    : unread(
        `managedClusterLoadBalancers: load balancer ${odd.name} carries Services, and no configuration of it was read`,
      );
}
