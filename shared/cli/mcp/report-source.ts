import { InputError } from '../../audit/input-error.ts';
import { parseReport, secureUrl, type Report } from '../../report/index.ts';
import { reportOfFile } from '../../service/slack-here.ts';
import { ToolError, type ToolSource } from '../../tools/index.ts';

/** A report that was saved with `audit --format json`. @throws {InputError} for a file that is none. */
export function reportSource(file: string): ToolSource {
  const report = reportOfFile(file);
  return { report: () => Promise.resolve(report) };
}

const timeoutMs = 60_000;
const largestReport = 64 * 1024 * 1024;

/**
 * The newest report of a deployed app, read over HTTP with a function key.
 * @throws {InputError} for an address that would send the key in the clear.
 */
export function appSource(address: string, key: string | undefined): ToolSource {
  const base = secureUrl(address);
  if (base === undefined)
    throw new InputError(
      `--url must be the https address of the function app, for example https://APP.azurewebsites.net`,
    );
  const url = new URL('/api/report?format=json', base);
  return { report: async () => await fetchReport(url, key) };
}

async function fetchReport(url: URL, key: string | undefined): Promise<Report> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json', ...(key !== undefined && { 'x-functions-key': key }) },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new ToolError(`the app at ${url.host} did not respond`, { cause: error });
  }
  if (response.status === 401 || response.status === 403)
    throw new ToolError(
      `the app at ${url.host} refused the request (${response.status}); set EVENKEEL_KEY to a function key`,
    );
  if (!response.ok) throw new ToolError(`the app at ${url.host} answered ${response.status}`);
  const report = parseReport(await textOf(response, url));
  if (report === undefined)
    throw new ToolError(`the app at ${url.host} returned something that is not a report`);
  return report;
}

async function textOf(response: Response, url: URL): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of response.body ?? []) {
      length += part.length;
      if (length > largestReport) throw new ToolError('the report of the app is larger than 64 MB');
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(`the app at ${url.host} broke off its response`, { cause: error });
  }
  return Buffer.concat(parts).toString('utf8');
}
