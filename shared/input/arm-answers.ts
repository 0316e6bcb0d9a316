import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { scrubbed } from '../model/index.ts';
import { isObject } from './cursor.ts';
import { BodyError, parseJson } from './json.ts';
import { cleanPage } from './arm-clean.ts';
import { armShapes, listOfPath, type ShapeFields } from './arm-shapes.ts';
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
/** And the number of the page's first item there. */
export const offsetHeader = 'x-evenkeel-offset';

const maxPageCharacters = 16 * 1024 * 1024;
/** Objects, lists and commas of a page: ARM writes 30 characters and more for each. */
const maxPageValues = 500_000;
const maxPages = 1000;
/** Of one client; the one for the network reads four. */
const maxLists = 8;

export interface ArmAnswerRules {
  /** Scheme, host and port that the credential is for; nothing else is ever asked. */
  readonly endpoint: string;
  readonly problems: Problems;
  /** Characters of a page; saved files may be larger than pages of the service. */
  readonly maxCharacters?: number;
  /** Path of the one object that the client asks for; else it asks for lists only. */
  readonly object?: string;
}

/**
 * Looks at every answer of ARM before the SDK does: refuses other hosts before a token is asked for,
 * turns refusals into their own words, and lists into what the SDK can read. A list that is no list
 * is refused as a whole; nulls in it are noted and left out.
 */
export function armAnswers(rules: ArmAnswerRules): PipelinePolicy {
  const allowed = new URL(rules.endpoint).origin;
  const pages = new Map<string, Set<string>>();
  return {
    name: 'armAnswers',
    async sendRequest(request, next) {
      const url = new URL(request.url);
      if (isElsewhere(url, allowed))
        throw new ArmError(
          0,
          `${url.origin} is not ${allowed}: a link in the response points elsewhere, so the list is incomplete`,
        );
      const isList = request.method === 'GET' && isListPath(url.pathname);
      if (request.method === 'GET' && url.pathname !== rules.object) notePage(pages, url);
      const response = await next(request);
      const source = response.headers.get(sourceHeader) ?? url.pathname;
      if (response.status >= 400) throw armRefusal(response, source);
      if (isList && response.status === 200)
        checkList(response, source, armShapes.get(listOfPath(url.pathname)), rules);
      return response;
    },
  };
}

/** Whether a URL leads to another host than the one whose credential would go with it. */
export function isElsewhere(url: URL, origin: string): boolean {
  // Not the URL's own origin: that of blob:https://host/ is https://host.
  return `${url.protocol}//${url.host}` !== origin || url.username !== '' || url.password !== '';
}

function isListPath(path: string): boolean {
  return /\/(?:managedclusters|loadbalancers|networkinterfaces|publicipaddresses|networksecuritygroups|virtualmachines)\/?$/iu.test(
    path,
  );
}

/**
 * A client reads each of its few lists once, so that a page that is asked for again, one that is no
 * list, and one list too many are where a link in an answer led.
 */
function notePage(pages: Map<string, Set<string>>, url: URL): void {
  const path = url.pathname.toLowerCase();
  const asked = pages.get(path) ?? new Set();
  pages.set(path, asked);
  if (pages.size > maxLists || !(isListPath(path) || path === '/subscriptions'))
    throw new ArmError(0, `${url.pathname}: a link in the response points elsewhere`);
  if (asked.has(url.search))
    throw new ArmError(0, `${url.pathname}: the list repeats its nextLink`);
  if (asked.size >= maxPages)
    throw new ArmError(0, `${url.pathname}: the list has more than ${maxPages} pages`);
  asked.add(url.search);
}

/** A refusal in Azure's own words, as far as they are in the shape of its errors; a file has no status. */
export function armRefusal(
  response: PipelineResponse,
  source: string,
  named = source.startsWith('/'),
): ArmError {
  let message = '';
  try {
    const body = parseJson((response.bodyAsText ?? '').slice(0, 100_000));
    const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
    if (typeof error['message'] === 'string') message = scrubbed(error['message'], 300);
  } catch {
    // Whatever a proxy said in its own shape; the status says enough.
  }
  const status = named || message === '' ? `${response.status} ` : '';
  return new ArmError(response.status, `${source}: ${status}${message}`.trimEnd());
}

function checkList(
  response: PipelineResponse,
  source: string,
  shape: ShapeFields | undefined,
  rules: ArmAnswerRules,
): void {
  const text = response.bodyAsText ?? '';
  const { maxCharacters = maxPageCharacters } = rules;
  if (text.length > maxCharacters)
    throw new ArmError(
      response.status,
      `${source}: the page is larger than ${maxCharacters} characters`,
    );
  try {
    const offset = Number(response.headers.get(offsetHeader) ?? 0);
    const body = parseJson(text, rules.maxCharacters === undefined ? maxPageValues : undefined);
    const clean = cleanPage(body, offset, { source, problems: rules.problems }, shape);
    if (clean !== body) response.bodyAsText = JSON.stringify(clean);
  } catch (cause) {
    const why = cause instanceof BodyError ? cause.message : 'not valid JSON';
    throw new ArmError(response.status, `${source}: ${why}`, { cause });
  }
}
