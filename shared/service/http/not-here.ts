import {
  contentTypeOf,
  htmlPolicy,
  renderNoFinding,
  renderNoRun,
  renderNotInRun,
  type FindingSearch,
  type Report,
  type RunLink,
} from '../../report/index.ts';
import type { ReportQuery } from './report-query.ts';
import { answerText, refuse, type HttpRequest, type HttpResponse } from './response.ts';

/** Where sealed reports are kept. */
export interface ReportReader {
  /** The report of a run, of the newest sealed one where no id is given; `undefined` = there is none. */
  readonly read: (runId?: string) => Promise<Report | undefined>;
  /** Sealed runs, the newest first; absent where there are no others. */
  readonly runs?: (limit: number) => Promise<readonly RunLink[]>;
}

/** Runs that a page lists. */
const listed = 10;
/** Reports that are read to find out what became of a finding, and how long that may take. */
const mostReports = 30;
const mostMs = 10_000;

/** There is no such run: a page for people, a line for programs. */
export async function noReport(
  request: HttpRequest,
  { run, format }: ReportQuery,
  { runs }: ReportReader,
): Promise<HttpResponse> {
  if (isReader(request, format)) return page(renderNoRun(run, (await runs?.(listed)) ?? []));
  return run === undefined
    ? refuse(
        404,
        'no-run-yet',
        'no completed run yet; the timer starts the next one, POST /api/audits starts one now',
      )
    : refuse(404, 'no-such-run', 'no completed run with that ID');
}

/** A cluster or finding by a name that is in no report is a mistake, not an empty report that looks well. */
export async function nothingFound(
  part: Report,
  query: ReportQuery,
  request: HttpRequest,
  reader: ReportReader,
): Promise<HttpResponse | undefined> {
  const { clusters, subscriptions, services, findings } = query.filter;
  const people = isReader(request, query.format);
  if ((clusters ?? subscriptions) !== undefined && part.clusters.length === 0)
    return notInRun(people, 'this run has no cluster with that name, ID or subscription');
  if (services !== undefined && part.clusters.every((each) => each.services.length === 0))
    return notInRun(people, 'this run has no Service with that namespace and name');
  if (findings === undefined || part.clusters.some((each) => each.findings.length > 0))
    return undefined;
  const [print] = findings;
  return people && findings.length === 1 && print !== undefined
    ? page(renderNoFinding(print, await whatBecame(print, reader)))
    : notInRun(people, 'this run has no finding with that fingerprint');
}

function notInRun(people: boolean, message: string): HttpResponse {
  return people ? page(renderNotInRun(message)) : refuse(404, 'not-in-run', message);
}

/** The newest of the earlier runs that has the finding, and the one after it, which has not. */
async function whatBecame(print: string, { read, runs }: ReportReader): Promise<FindingSearch> {
  const until = Date.now() + mostMs;
  let next: RunLink | undefined;
  let searched = 0;
  for (const run of (await runs?.(mostReports)) ?? []) {
    if (Date.now() > until) break;
    const report = await read(run.runId);
    searched += report === undefined ? 0 : 1;
    for (const cluster of report?.clusters ?? []) {
      const finding = cluster.findings.find(({ fingerprint }) => fingerprint === print);
      if (finding !== undefined)
        return {
          kind: 'found',
          last: run,
          found: { cluster, finding },
          ...(next !== undefined && { next }),
        };
    }
    if (report !== undefined) next = run;
  }
  return { kind: 'not-found', searched };
}

/** Somebody looks at it with a browser, or asked for a page by name. */
function isReader({ headers, query }: HttpRequest, format: ReportQuery['format']): boolean {
  return (
    format === 'html' &&
    (query.get('format') === 'html' || headers.get('accept')?.includes('text/html') === true)
  );
}

function page(html: string): HttpResponse {
  return answerText(404, contentTypeOf('html'), html, { 'content-security-policy': htmlPolicy });
}
