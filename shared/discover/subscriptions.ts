import { ContainerServiceClient } from '@azure/arm-containerservice';
import { createDefaultHttpClient, createPipelineRequest } from '@azure/core-rest-pipeline';
import {
  clientOptions,
  Cursor,
  isObject,
  keepRules,
  parseJson,
  codeOfArm,
  reasonOfArm,
  type ArmAccess,
} from '../input/index.ts';
import { budgetOf, spend, subscriptionCapacity } from '../input/list-budget.ts';
import { compareText, present, read, unread, type Read } from '../model/index.ts';

/** A subscription that the identity sees. */
export interface Subscription {
  /** Lower-cased. */
  readonly id: string;
  readonly name: string;
  readonly tenantId?: string;
  /** `Enabled`, `Warned`, `PastDue`, `Disabled`, `Deleted` as ARM spells it. */
  readonly state?: string;
}

const apiVersion = '2022-12-01';
const maxPages = 1000;

/** Every subscription that the identity sees, by id. No SDK of ours has the operation, so these are plain GETs. */
export async function listSubscriptions(
  access: ArmAccess,
  signal?: AbortSignal,
): Promise<Read<readonly Subscription[]>> {
  const found = new Map<string, Subscription>();
  try {
    for await (const item of pages(access, signal)) {
      const subscription = parseSubscription(item);
      if (subscription === undefined) return unread('subscriptions: a subscription without an id');
      found.set(subscription.id, subscription);
    }
  } catch (error) {
    return unread(reasonOfArm(error, 'subscriptions'), codeOfArm(error));
  }
  return read([...found.values()].toSorted((a, b) => compareText(a.id, b.id)));
}

async function* pages(access: ArmAccess, signal: AbortSignal | undefined): AsyncGenerator<Cursor> {
  const client = new ContainerServiceClient(access.credential, 'none', clientOptions(access));
  keepRules(client, access);
  const http = access.httpClient ?? createDefaultHttpClient();
  const budget = budgetOf(access.taken);
  const origin = { source: 'subscriptions', problems: access.problems, taken: budget.list };
  const asked = new Set<string>();
  let url = `${access.endpoint}/subscriptions?api-version=${apiVersion}`;
  while (url !== '') {
    if (asked.has(url)) throw new Error('the list repeats its nextLink');
    if (asked.size >= maxPages) throw new Error(`the list has more than ${maxPages} pages`);
    asked.add(url);
    const request = createPipelineRequest({
      url,
      ...(signal !== undefined && { abortSignal: signal }),
    });
    const response = await client.pipeline.sendRequest(http, request);
    const body = parseJson(response.bodyAsText ?? '');
    if (!isObject(body) || !Array.isArray(body['value'])) throw new Error('not the body of a list');
    for (const item of new Cursor(body, 'body', origin).objects('value')) {
      yield item;
      spend(budget, budget.list.parts, subscriptionCapacity);
    }
    url = typeof body['nextLink'] === 'string' ? body['nextLink'] : '';
  }
}

function parseSubscription(item: Cursor): Subscription | undefined {
  const id = item.text('subscriptionId', 64);
  if (id === undefined || id === '') return undefined;
  const tenantId = item.text('tenantId', 64)?.toLowerCase();
  const state = item.text('state', 64);
  return {
    id: id.toLowerCase(),
    name: item.text('displayName', 256) ?? id,
    ...present({ tenantId, state }),
  };
}
