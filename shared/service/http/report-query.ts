import { formats, isFormat, type Format, type ReportFilter } from '../../report/index.ts';
import { allRules, nearest, severities, type Severity } from '../../rules/index.ts';
import { present } from '../../model/index.ts';
import { formatOfAccept } from './accept.ts';
import { valuesOf } from './query.ts';
import { refuse, type HttpResponse, type HttpRequest } from './response.ts';

/** What `GET /api/report` is asked for. */
export interface ReportQuery {
  readonly format: Format;
  /** Id of a run; the newest sealed one where absent. */
  readonly run?: string;
  readonly filter: ReportFilter;
  /** Of HTML: what the run changed, or the data that the page's script asks for. */
  readonly view?: 'changes' | 'data';
  /** A part of the clusters, counted from 1. */
  readonly page?: { readonly number: number; readonly size: number };
}

const parameters = [
  'format',
  'run',
  'subscription',
  'cluster',
  'namespace',
  'service',
  'rule',
  'severity',
  'finding',
  'page',
  'pageSize',
  'view',
  // The function key of a caller that cannot set headers; the host has looked at it already.
  'code',
];
const longestValue = 2_000;
const largestPage = 1_000;

/** Reads the query, or says in one line what is wrong with it. */
export function readReportQuery(request: HttpRequest): ReportQuery | HttpResponse {
  const { query } = request;
  for (const [name, value] of query) {
    if (!parameters.includes(name)) return unknownWord('parameter', name, parameters);
    if (value.length > longestValue)
      return refuse(400, 'bad-request', `${name} is longer than ${longestValue} characters`);
  }
  const format = formatOf(request);
  if (typeof format !== 'string') return format;
  const wrong = wrongWord(valuesOf(query, 'rule') ?? [], valuesOf(query, 'severity') ?? []);
  if (wrong !== undefined) return wrong;
  const page = pageOf(query);
  if (page !== undefined && 'status' in page) return page;
  const view = viewOf(query, format);
  if (typeof view === 'object') return view;
  const run = query.get('run');
  return {
    format,
    ...(run !== null && run !== '' && run !== 'newest' && { run }),
    filter: filterOf(query),
    ...(view !== undefined && { view }),
    ...(page !== undefined && { page }),
  };
}

function formatOf({ query, headers }: HttpRequest): Format | HttpResponse {
  const asked = query.get('format');
  if (asked !== null && asked !== '')
    return isFormat(asked) ? asked : unknownWord('format', asked, formats);
  return (
    formatOfAccept(headers.get('accept')) ??
    refuse(
      406,
      'not-acceptable',
      `available formats: ${formats.join(', ')}; select one with format=`,
    )
  );
}

function viewOf(query: URLSearchParams, format: Format): ReportQuery['view'] | HttpResponse {
  const asked = query.get('view');
  if (asked === null || asked === '') return undefined;
  if (format !== 'html')
    return refuse(400, 'bad-request', 'view is a page: it comes as format=html only');
  return asked === 'changes' || asked === 'data'
    ? asked
    : unknownWord('view', asked, ['changes', 'data']);
}

function filterOf(query: URLSearchParams): ReportFilter {
  return present({
    subscriptions: valuesOf(query, 'subscription'),
    clusters: valuesOf(query, 'cluster'),
    namespaces: valuesOf(query, 'namespace'),
    services: valuesOf(query, 'service'),
    rules: valuesOf(query, 'rule'),
    severities: valuesOf(query, 'severity')?.filter(isSeverity),
    findings: valuesOf(query, 'finding'),
  });
}

function isSeverity(word: string): word is Severity {
  return severities.some((severity) => severity === word);
}

function wrongWord(rules: readonly string[], asked: readonly string[]): HttpResponse | undefined {
  const severity = asked.find((word) => !isSeverity(word));
  if (severity !== undefined) return unknownWord('severity', severity, severities);
  const ids = allRules.map(({ meta }) => meta.id);
  const known = new Set([...ids, ...ids.flatMap((id) => id.split('/')[0] ?? [])]);
  const rule = rules.find((each) => !known.has(each));
  return rule === undefined ? undefined : unknownWord('rule', rule, [...known]);
}

function pageOf(query: URLSearchParams): ReportQuery['page'] | HttpResponse {
  if (!query.has('page') && !query.has('pageSize')) return undefined;
  const number = wholeNumber(query.get('page') ?? '1', Number.MAX_SAFE_INTEGER);
  const size = wholeNumber(query.get('pageSize') ?? '100', largestPage);
  if (number === undefined || size === undefined)
    return refuse(
      400,
      'bad-request',
      `page starts at 1, and pageSize is an integer from 1 to ${largestPage}`,
    );
  return { number, size };
}

function wholeNumber(text: string, most: number): number | undefined {
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : 0;
  return value >= 1 && value <= most ? value : undefined;
}

/** What was given is not repeated whole: it may be anything, and of any length. */
function unknownWord(what: string, given: string, known: readonly string[]): HttpResponse {
  const near = nearest(given, known);
  const list = known.length > 12 ? '' : ` (${known.filter((each) => each !== 'code').join(', ')})`;
  return refuse(
    400,
    'bad-request',
    `${what} ${JSON.stringify(given.slice(0, 60))} is not known${near === undefined ? list : `; did you mean ${near}?`}`,
  );
}
