import {
  contentTypeOf,
  filterReport,
  formats,
  htmlPolicy,
  render,
  type Format,
  type PageQuestion,
  type Report,
} from '../../report/index.ts';
import { answerText, refuse, withEtag, type HttpResponse, type HttpRequest } from './response.ts';
import { readReportQuery, type ReportQuery } from './report-query.ts';

/** Where sealed reports are kept. */
export interface ReportReader {
  /** The report of a run, of the newest sealed one where no id is given; `undefined` = there is none. */
  readonly read: (runId?: string) => Promise<Report | undefined>;
}

/** Past this a report of clusters goes out in pages or lines. */
const largestJson = 10 * 1024 * 1024;

/** `GET /api/report`: a sealed run, whole or the part that was asked for, in the format asked for. `reportUrl` = where people open it, by the settings. */
export async function reportAnswer(
  question: HttpRequest,
  shelf: ReportReader,
  reportUrl?: string,
): Promise<HttpResponse> {
  const query = readReportQuery(question);
  if ('status' in query) return query;
  const report = await shelf.read(query.run);
  if (report === undefined) return notThere(query);
  const part = filterReport(report, query.filter);
  const missing = nothingFound(part, query);
  if (missing !== undefined) return missing;
  const { page, links, shown } = pageOf(part, query, question);
  const body = render(page, query.format, {
    html: {
      served: true,
      formats: otherFormats(question, report),
      question: {
        whole: report,
        filter: query.filter,
        part,
        ...(shown !== undefined && { page: shown }),
      },
    },
    ...(reportUrl !== undefined && { reportUrl }),
  });
  if (query.format === 'json' && body.length > largestJson)
    return refuse(
      413,
      'too-large',
      'the report is larger than 10 MB; use format=ndjson, page=1&pageSize=100, or one cluster=',
    );
  return withEtag(
    question,
    answerText(200, contentTypeOf(query.format), body, {
      ...policyOf(query.format),
      ...(links !== '' && { link: links }),
    }),
  );
}

/** Addresses of the same part of the same run in every other format. */
function otherFormats(
  { method, query }: HttpRequest,
  { run }: Report,
): readonly { readonly format: Format; readonly href: string }[] {
  // Of an audit that was asked for just now there is no address.
  if (method !== 'GET') return [];
  return formats
    .filter((format) => format !== 'html')
    .map((format) => {
      const asked = new URLSearchParams(query);
      asked.delete('code');
      asked.set('run', run.id);
      asked.set('format', format);
      return { format, href: `?${asked.toString()}` };
    });
}

function policyOf(format: Format): Readonly<Record<string, string>> {
  return format === 'html' ? { 'content-security-policy': htmlPolicy } : {};
}

function notThere({ run }: ReportQuery): HttpResponse {
  return run === undefined
    ? refuse(
        404,
        'no-run-yet',
        'no completed run yet; the timer starts the next one, POST /api/audits starts one now',
      )
    : refuse(404, 'no-such-run', 'no completed run with that ID');
}

/** A cluster or finding by a name that is in no report is a mistake, not an empty report that looks well. */
function nothingFound(part: Report, { filter }: ReportQuery): HttpResponse | undefined {
  const named = filter.clusters ?? filter.subscriptions;
  if (named !== undefined && part.clusters.length === 0)
    return refuse(404, 'not-in-run', 'this run has no cluster with that name, ID or subscription');
  if (filter.findings !== undefined && part.clusters.every((each) => each.findings.length === 0))
    return refuse(404, 'not-in-run', 'this run has no finding with that fingerprint');
  return undefined;
}

/** The clusters of one page, and the `Link` header that leads to the pages around it. */
function pageOf(
  part: Report,
  { page }: ReportQuery,
  question: HttpRequest,
): {
  readonly page: Report;
  readonly links: string;
  readonly shown?: NonNullable<PageQuestion['page']>;
} {
  if (page === undefined) return { page: part, links: '' };
  const pages = Math.max(1, Math.ceil(part.clusters.length / page.size));
  const start = (page.number - 1) * page.size;
  const address = (number: number): string | undefined => {
    if (number < 1 || number > pages || number === page.number) return undefined;
    const url = new URL(question.url);
    url.searchParams.delete('code');
    url.searchParams.set('page', String(number));
    url.searchParams.set('pageSize', String(page.size));
    return `${url.pathname}${url.search}`;
  };
  const link = (number: number, relation: string): readonly string[] => {
    const to = address(number);
    return to === undefined ? [] : [`<${to}>; rel="${relation}"`];
  };
  const [before, after] = [address(page.number - 1), address(page.number + 1)];
  return {
    page: { ...part, clusters: part.clusters.slice(start, start + page.size) },
    shown: {
      number: page.number,
      pages,
      from: Math.min(start + 1, part.clusters.length),
      to: Math.min(start + page.size, part.clusters.length),
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    },
    links: [
      ...link(1, 'first'),
      ...link(page.number - 1, 'prev'),
      ...link(page.number + 1, 'next'),
      ...link(pages, 'last'),
    ].join(', '),
  };
}
