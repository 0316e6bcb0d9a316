import { InputError } from '../audit/input-error.ts';
import { targetsOf, type NamedTargets, type Targets } from '../audit/targets.ts';
import { answerText, refuse, type HttpResponse, type HttpRequest } from './http/response.ts';
import { refusePrincipal } from './http/principal.ts';
import { checkAccess, type CheckedAccess } from './preflight/check.ts';
import { preflightJson, preflightText } from './preflight/table.ts';
import { azureOf } from './run-deps.ts';
import type { Service } from './service.ts';
import type { App } from './app.ts';
import { perOwner } from './per-owner.ts';
import { valuesOf } from './http/query.ts';

/** Below the 230 s after which Azure gives up on an answer. */
const longestMs = 200_000;
const parameters = ['format', 'subscription', 'cluster', 'code'];
const formats = { json: 'application/json; charset=utf-8', text: 'text/plain; charset=utf-8' };
const columns = 120;

/** `GET /api/preflight` of this app: what its identity may read of what its settings name, and what grants the rest. */
export async function onPreflight(app: App, request: HttpRequest): Promise<HttpResponse> {
  const { query } = request;
  const refusal = refusePrincipal(request, app.context.env, 'Audit.Run');
  if (refusal !== undefined) return refusal;
  const unknown = [...query.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    return refuse(400, 'bad-request', `the parameters are ${parameters.slice(0, 3).join(', ')}`);
  const format = query.get('format') ?? 'json';
  if (format !== 'json' && format !== 'text')
    return refuse(400, 'bad-request', 'format must be json or text');
  const service = await app.service();
  const targets = wanted(service, {
    subscriptions: valuesOf(query, 'subscription') ?? [],
    clusters: valuesOf(query, 'cluster') ?? [],
  });
  if ('status' in targets) return targets;
  const checked = await oneAtATime(app, query.toString(), async () => {
    const signal = AbortSignal.timeout(longestMs);
    try {
      const access = await checkAccess(azureOf(service), targets, { signal });
      return signal.aborted ? undefined : access;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
  if (checked === undefined)
    return refuse(504, 'too-long', 'this takes longer than 200 s; set subscription= or cluster=');
  if (checked.missing.length > 0)
    return refuse(
      404,
      'not-found',
      'no cluster with that name or ID in the configured subscriptions',
    );
  const { rows } = checked;
  const text =
    format === 'json'
      ? preflightJson(rows)
      : preflightText(rows, { width: columns, colour: false });
  return answerText(200, formats[format], text);
}

/** What is asked for, within what the settings name. */
function wanted({ settings }: Service, named: NamedTargets): Targets | HttpResponse {
  const { subscriptions } = settings;
  try {
    const targets = targetsOf(named);
    if (targets.subscriptions === 'all') return { ...targets, subscriptions };
    const outside =
      subscriptions !== 'all' &&
      targets.subscriptions.some((id) => !subscriptions.includes(id.toLowerCase()));
    return outside ? refuse(404, 'not-found', 'that subscription is not configured') : targets;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refuse(400, 'bad-request', 'subscription must be an ID, cluster a name or an ARM ID');
  }
}

const checksOf = perOwner<Promise<CheckedAccess | undefined>>();

/** Who asks the same again while it is under way waits for the same answer: each asks Azure a lot. */
async function oneAtATime(
  app: App,
  key: string,
  check: () => Promise<CheckedAccess | undefined>,
): Promise<CheckedAccess | undefined> {
  const checks = checksOf(app);
  const known = checks.get(key) ?? check().finally(() => checks.delete(key));
  checks.set(key, known);
  return await known;
}
