import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { isObject } from './cursor.ts';
import { BodyError, parseJson } from './json.ts';
import type { Problems } from './problems.ts';

/** An answer of ARM that cannot be used; the message says which, and why, for people. */
export class ArmError extends Error {
  override readonly name = 'ArmError';
  /** HTTP status; 0 where no answer came. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A transport that answers from files names the file here, so that a fault can be found. */
export const sourceHeader = 'x-evenkeel-source';

const maxPageCharacters = 16 * 1024 * 1024;

export interface ArmAnswerRules {
  /** Scheme, host and port that the credential is for; nothing else is ever asked. */
  readonly endpoint: string;
  readonly problems: Problems;
  /** Characters of a page; saved files may be larger than pages of the service. */
  readonly maxCharacters?: number;
}

/**
 * Looks at every answer of ARM before the SDK does: refuses other hosts before a token is asked for,
 * turns refusals into their own words, and lists into what the SDK can read. A list that is no list
 * is refused as a whole; nulls in it are noted and left out.
 */
export function armAnswers(rules: ArmAnswerRules): PipelinePolicy {
  const allowed = new URL(rules.endpoint).origin;
  const pages = new Set<string>();
  return {
    name: 'armAnswers',
    async sendRequest(request, next) {
      const url = new URL(request.url);
      if (url.origin !== allowed || url.username !== '' || url.password !== '')
        throw new ArmError(
          0,
          `${url.origin} is not ${allowed}: a link in an answer leads elsewhere, so the list is not whole`,
        );
      const isList = request.method === 'GET' && isListPath(url.pathname);
      if (isList && isFollowUp(url) && pages.has(request.url))
        throw new ArmError(0, `${url.pathname}: the list repeats its nextLink`);
      pages.add(request.url);
      const response = await next(request);
      const source = response.headers.get(sourceHeader) ?? url.pathname;
      if (response.status >= 400) throw refusal(response, source);
      if (isList && response.status === 200) checkList(response, source, rules);
      return response;
    },
  };
}

function isListPath(path: string): boolean {
  return /\/(?:managedclusters|loadbalancers|networkinterfaces|publicipaddresses|networksecuritygroups|virtualmachines)\/?$/iu.test(
    path,
  );
}

function isFollowUp(url: URL): boolean {
  return [...url.searchParams.keys()].some((key) => key.toLowerCase().endsWith('skiptoken'));
}

function refusal(response: PipelineResponse, source: string): ArmError {
  let message = '';
  try {
    const body = parseJson((response.bodyAsText ?? '').slice(0, 100_000));
    const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
    if (typeof error['message'] === 'string') message = error['message'].slice(0, 300);
  } catch {
    // Whatever a proxy said in its own shape; the status says enough.
  }
  const status = source.startsWith('/') || message === '' ? `${response.status} ` : '';
  return new ArmError(response.status, `${source}: ${status}${message}`.trimEnd());
}

function checkList(response: PipelineResponse, source: string, rules: ArmAnswerRules): void {
  const text = response.bodyAsText ?? '';
  if (text.length > (rules.maxCharacters ?? maxPageCharacters))
    throw new ArmError(
      response.status,
      `${source}: the page is larger than ${maxPageCharacters} characters`,
    );
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (cause) {
    const why = cause instanceof BodyError ? cause.message : 'not valid JSON';
    throw new ArmError(response.status, `${source}: ${why}`, { cause });
  }
  if (!isObject(body) || !Array.isArray(body['value']))
    throw new ArmError(
      response.status,
      `${source}: not the body of a list: an object with the list "value"`,
    );
  for (const [index, item] of (body['value'] as readonly unknown[]).entries()) {
    if (!isObject(item) || typeof item['id'] !== 'string' || !isObject(item['properties']))
      throw new ArmError(
        response.status,
        `${source}: value[${index}] is no resource with an id and properties, so the list is not whole`,
      );
  }
  const clean = withoutNulls(body, 'value', source, rules.problems);
  if (clean !== body) response.bodyAsText = JSON.stringify(clean);
}

/** The same value, unless a list in it holds nulls: ARM never sends those, and the SDK stumbles over them. */
function withoutNulls(value: unknown, path: string, source: string, problems: Problems): unknown {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    const kept = list.filter((element, index) => {
      if (element === null)
        problems.add(source, `${path}[${index}] is null, not an object; it is left out`);
      return element !== null;
    });
    const clean = kept.map((element, index) =>
      withoutNulls(element, `${path}[${index}]`, source, problems),
    );
    return clean.length === list.length && clean.every((each, index) => each === list[index])
      ? value
      : clean;
  }
  if (!isObject(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, field]): [string, unknown] => {
    const clean = withoutNulls(
      field,
      path === 'value' && key === 'value' ? 'value' : `${path}.${key}`,
      source,
      problems,
    );
    changed ||= clean !== field;
    return [key, clean];
  });
  return changed ? Object.fromEntries(entries) : value;
}
