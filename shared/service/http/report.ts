import {
  contentTypeOf,
  filterReport,
  formats,
  htmlPolicy,
  pageDataOf,
  render,
  type Format,
  type PageScope,
  type Report,
} from '../../report/index.ts';
import { noReport, nothingFound, type ReportReader } from './not-here.ts';
import {
  answerBytes,
  answerText,
  refuse,
  withEtag,
  type HttpResponse,
  type HttpRequest,
} from './response.ts';
import { readReportQuery, type ReportQuery } from './report-query.ts';

export type { ReportReader } from './not-here.ts';

/** Past this a report of clusters goes out in pages or lines. */
const largestJson = 10 * 1024 * 1024;

/** `GET /api/report`: a sealed run, whole or the part that was asked for, in the format asked for. `reportUrl` = where people open it, by the settings. */
export async function reportAnswer(
  request: HttpRequest,
  reader: ReportReader,
  reportUrl?: string,
): Promise<HttpResponse> {
  const query = readReportQuery(request);
  if ('status' in query) return query;
  const report = await reader.read(query.run);
  if (report === undefined) return await noReport(request, query, reader);
  const part = filterReport(report, query.filter);
  const missing = await nothingFound(part, query, request, reader);
  if (missing !== undefined) return missing;
  const { page, links, shown } = pageOf(part, query, request);
  const html = {
    // An audit that was asked for just now has no address: its page is one file with all in it.
    served: request.method !== 'POST',
    formats: otherFormats(request, report),
    scope: {
      whole: report,
      filter: query.filter,
      part,
      ...(shown !== undefined && { page: shown }),
    },
  };
  if (query.view === 'data')
    return withEtag(request, answerBytes('application/octet-stream', pageDataOf(page, html)));
  const body = render(page, query.format, {
    html: { ...html, ...(query.view !== undefined && { view: query.view }) },
    ...(reportUrl !== undefined && { reportUrl }),
  });
  if (query.format === 'json' && body.length > largestJson)
    return refuse(
      413,
      'too-large',
      'the report is larger than 10 MB; use format=ndjson, page=1&pageSize=100, or one cluster=',
    );
  return withEtag(
    request,
    answerText(200, contentTypeOf(query.format), body, {
      ...(query.format === 'html' ? { 'content-security-policy': htmlPolicy } : {}),
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
      // Of what the run changed there is a page alone.
      asked.delete('view');
      asked.set('run', run.id);
      asked.set('format', format);
      return { format, href: `?${asked.toString()}` };
    });
}

/** The clusters of one page, and the `Link` header that leads to the pages around it. */
function pageOf(
  part: Report,
  { page }: ReportQuery,
  request: HttpRequest,
): {
  readonly page: Report;
  readonly links: string;
  readonly shown?: NonNullable<PageScope['page']>;
} {
  if (page === undefined) return { page: part, links: '' };
  const pages = Math.max(1, Math.ceil(part.clusters.length / page.size));
  const start = (page.number - 1) * page.size;
  const address = (number: number): string | undefined => {
    if (number < 1 || number > pages || number === page.number) return undefined;
    const url = new URL(request.url);
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
